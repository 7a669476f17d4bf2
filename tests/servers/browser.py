"""Debian's Chromium without a window, driven by Selenium; it records what a page asks for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.servers.require import require

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

WIDE = (1440, 900)
PHONE = (375, 812)


@dataclass
class Page:
    """A page in the browser, as somebody at it sees and uses it."""

    driver: Chrome
    path: Path

    def run(self, script: str, *arguments: Any) -> Any:
        """What a function body returns when it runs in the page."""
        return self.driver.execute_script(script, *arguments)  # type: ignore[no-untyped-call,unused-ignore]

    def all(self, selector: str) -> list[str]:
        """The visible text of every element that a selector finds."""
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText.trim())"
        found: list[str] = self.run(script, selector)
        return found

    def text(self, selector: str) -> str:
        """The visible text of the first element that a selector finds."""
        return self.all(selector)[0]

    def click(self, selector: str) -> None:
        """Click the first element, as with a mouse."""
        from selenium.webdriver.common.by import By

        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        from selenium.webdriver import ActionChains
        from selenium.webdriver.common.keys import Keys

        for key in keys:
            code = getattr(Keys, key.upper()) if len(key) > 1 else key
            ActionChains(self.driver).send_keys(code).perform()

    def focused(self) -> str:
        """The id of the element that has the focus, else its class or tag."""
        found: str = self.run(
            "const at = document.activeElement; return at.id || at.className || at.tagName"
        )
        return found

    def wait(self, script: str) -> None:
        """Wait until an expression is true; raises selenium's TimeoutException after 20 s."""
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, 20, 0.02).until(lambda _: self.run(f"return {script}"))

    def problems(self) -> list[str]:
        """What the browser complained about: errors, and what the page's policy forbade."""
        return [entry["message"] for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call,unused-ignore]

    def requests(self) -> list[str]:
        """Every address that was asked for, the page's own left out."""
        events = (
            json.loads(entry["message"])["message"]
            for entry in self.driver.get_log("performance")  # type: ignore[no-untyped-call,unused-ignore]
        )
        asked = [
            str(event["params"]["request"]["url"])
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]
        own = self.path.as_uri()
        return [url for url in asked if url.partition("#")[0] != own and url != "data:,"]


class Browser:
    """A running browser; every page is opened in it anew."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    @contextmanager
    def open(
        self,
        path: Path,
        *,
        size: tuple[int, int] = WIDE,
        dark: bool = False,
        at: str = "",
        policy: bool = True,
    ) -> Iterator[Page]:
        """A page from a file, at an address in it; without ``policy`` its own is not kept."""
        width, height = size
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        colours = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._tell("Emulation.setDeviceMetricsOverride", screen)
        self._tell("Emulation.setEmulatedMedia", {"features": [colours]})
        self._tell("Page.setBypassCSP", {"enabled": not policy})
        self.driver.get("about:blank")
        page = Page(self.driver, path)
        page.problems()
        page.requests()
        self.driver.get(path.as_uri() + at)
        page.wait("document.documentElement.dataset.ready === 'true'")
        yield page
        page.run("try { localStorage.clear() } catch { }")

    def _tell(self, command: str, parameters: dict[str, Any]) -> None:
        self.driver.execute_cdp_cmd(command, parameters)  # type: ignore[no-untyped-call,unused-ignore]


@contextmanager
def start_browser() -> Iterator[Browser]:
    """Chromium until the block ends; skips where it isn't installed."""
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    require(chromium and chromedriver, "no Chromium with its driver")
    require(find_spec("selenium"), "no selenium", "pip install -e '.[test]'")
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    options = ChromeOptions()
    options.binary_location = str(chromium)
    for argument in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=ChromeService(chromedriver))
    try:
        yield Browser(driver)
    finally:
        driver.quit()


def axe() -> str:
    """The source of axe-core, which looks for barriers; skips where npm has not installed it."""
    npm = shutil.which("npm")
    require(npm, "no npm")
    root = subprocess.run(
        [str(npm), "root", "--global"], capture_output=True, text=True, check=True
    )
    path = Path(root.stdout.strip()) / "axe-core" / "axe.min.js"
    require(path.exists(), "no axe-core")
    return path.read_text("utf-8")
