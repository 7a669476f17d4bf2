"""A private Dovecot over a folder of Maildirs, one per address, for IMAP and POP3."""

import imaplib
import os
import poplib
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.process import LOOPBACK, Child, free_port, listens
from tests.servers.require import require, require_root

MAIL_USER = "mail"
MASTER_USER = "master"

# A process namespace of its own ends at once and as a whole: an orderly end takes Dovecot seconds.
NAMESPACE = ("unshare", "--mount", "--pid", "--fork", "--kill-child=KILL")
SCRIPT = 'mount --bind "$1" "$2/mail" && exec dovecot -F -c "$2/dovecot.conf"'

CONFIG = """\
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/dovecot.log
protocols = imap pop3
listen = 127.0.0.1
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
auth_failure_delay = 0
auth_username_chars =
auth_master_user_separator = *
first_valid_uid = 1
mail_max_userip_connections = 100
# Indexes stay out of the Maildirs, so that a test sees mail there and nothing else.
mail_location = maildir:{home}/mail/%u:INDEX={home}/index/%u:CONTROL={home}/control/%u
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {home}/master
  master = yes
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={user} home={home}/control/%u
}}
namespace inbox {{
  inbox = yes
  {prefix}
  mailbox Drafts {{
    special_use = \\Drafts
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3_port}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
"""


class Dovecot:
    """Serves ROOT/<address>/ (INBOX) and ROOT/<address>/.Sent to any user with the one password.

    Dovecot serves no mail as root: ROOT's files are handed to the system's mail user, at the
    start and before each login. ROOT is bind-mounted in a mount namespace of Dovecot's own,
    because the folders above a test's ROOT are closed to other users. With a ``prefix`` like
    ``INBOX.`` all other folders stand below it, as on hosts of the Courier tradition.
    """

    host = LOOPBACK

    password = "secret"
    master_password = "master-secret"

    def __init__(self, root: Path, *, tls: bool = False, prefix: str = "") -> None:
        self.root = root
        self.prefix = prefix
        self.tls = tls
        self.imap_port = self.pop3_port = self.imaps_port = 0
        self._child: Child | None = None

    def start(self) -> Self:
        """Start, and return when a login can succeed."""
        check()
        self.home = Path(tempfile.mkdtemp(prefix="emailgen-dovecot-"))
        self._write_home()
        command = [*NAMESPACE, "sh", "-c", SCRIPT, "sh", str(self.root), str(self.home)]
        self._child = Child(command, log=self.home / "dovecot.log", end=signal.SIGKILL)
        self._child.wait_ready(lambda: listens(self.imap_port) and listens(self.pop3_port), 20)
        return self

    def stop(self) -> None:
        """End the server and remove its folder; ROOT stays."""
        if self._child is not None:
            self._child.stop()
            self._child = None
            shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def ca_file(self) -> Path:
        """The certificate that a TLS client must trust (with `tls=True`)."""
        return self.home / "cert.pem"

    def imap(self, user: str, *, master: bool = False) -> imaplib.IMAP4:
        """A logged-in IMAP client; `master` logs in with the master password."""
        self.adopt()
        client = imaplib.IMAP4(self.host, self.imap_port, timeout=20)
        client.login(*self._login(user, master))
        return client

    def pop3(self, user: str, *, master: bool = False) -> poplib.POP3:
        """A logged-in POP3 client."""
        self.adopt()
        client = poplib.POP3(self.host, self.pop3_port, timeout=20)
        name, password = self._login(user, master)
        client.user(name)
        client.pass_(password)
        return client

    def adopt(self) -> None:
        """Hand all under ROOT to Dovecot's mail user; call it again after writing more."""
        entry = pwd.getpwnam(MAIL_USER)
        for folder, _, files in os.walk(self.root):
            os.chown(folder, entry.pw_uid, entry.pw_gid)
            for name in files:
                os.chown(Path(folder, name), entry.pw_uid, entry.pw_gid)

    def _login(self, user: str, master: bool) -> tuple[str, str]:
        return (f"{user}*{MASTER_USER}", self.master_password) if master else (user, self.password)

    def _write_home(self) -> None:
        self.home.chmod(0o755)
        self.root.mkdir(parents=True, exist_ok=True)
        for name in ("run", "mail", "index", "control"):
            (self.home / name).mkdir()
        for name in ("index", "control"):
            shutil.chown(self.home / name, MAIL_USER, MAIL_USER)
        self.adopt()
        self.imap_port, self.pop3_port = free_port(), free_port()
        if self.tls:
            self.imaps_port = free_port()
            _make_certificate(self.home)
        (self.home / "master").write_text(f"{MASTER_USER}:{{PLAIN}}{self.master_password}\n")
        (self.home / "dovecot.conf").write_text(self._config())

    def _config(self) -> str:
        home = self.home
        return CONFIG.format(
            home=home,
            password=self.password,
            user=MAIL_USER,
            imap_port=self.imap_port,
            imaps_port=self.imaps_port,
            pop3_port=self.pop3_port,
            ssl="yes" if self.tls else "no",
            prefix=f"prefix = {self.prefix}\n  separator = {self.prefix[-1]}"
            if self.prefix
            else "",
            certificate=f"ssl_cert = <{home}/cert.pem\nssl_key = <{home}/key.pem" * self.tls,
        )


def check() -> None:
    """Skip the test where Dovecot can't run."""
    require(shutil.which("dovecot"), "no Dovecot here")
    require(shutil.which("unshare"), "no unshare (util-linux) here", "sudo apt install util-linux")
    require_root("Dovecot")


def _make_certificate(home: Path) -> None:
    """A self-signed certificate for the loopback names, valid for two days."""
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    out = ["-keyout", str(home / "key.pem"), "-out", str(home / "cert.pem")]
    subject = ["-subj", "/CN=localhost", "-addext", names, "-days", "2"]
    command = ["openssl", "req", "-x509", *key, *subject, *out]
    subprocess.run(command, check=True, capture_output=True)
