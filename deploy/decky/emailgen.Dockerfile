# emailgen, for the services `seed` and `emailgen` of compose.yaml; the context is the checkout.
FROM debian:bookworm-slim
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends python3-venv \
 && rm -rf /var/lib/apt/lists/*
COPY pyproject.toml README.md LICENSE /src/
COPY decnet_emailgen /src/decnet_emailgen
RUN python3 -m venv /opt/emailgen && /opt/emailgen/bin/pip install --no-cache-dir /src
COPY deploy/decky/accounts.py deploy/decky/prepare deploy/decky/timer /usr/local/bin/
RUN groupadd --gid 999 vmail \
 && useradd --uid 999 --gid 999 --home-dir /srv/emailgen --shell /usr/sbin/nologin vmail \
 && install -d -o vmail -g vmail /srv/mail /srv/accounts /srv/emailgen
ENV PATH=/opt/emailgen/bin:/usr/local/bin:/usr/bin:/bin
USER 999:999
WORKDIR /srv/emailgen
CMD ["timer"]
