# Three images from one file: `redis`, `web` and `worker` (the last has the compilers).
# docker-compose.yml puts them together; docs/deploy.md says with which rights, and why.

FROM docker.io/library/debian:bookworm-slim AS base
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libseccomp2 python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --user-group --uid 61999 --no-create-home --home-dir /nonexistent \
       --shell /usr/sbin/nologin brig

FROM base AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev make python3-venv
WORKDIR /opt/brig
RUN python3 -m venv .venv && .venv/bin/python -m pip install --quiet uv==0.13.9
# The dependencies in a layer of their own: they change less often than the code.
COPY pyproject.toml uv.lock ./
RUN .venv/bin/uv sync --frozen --no-dev --extra postgresql --no-install-project --compile-bytecode
COPY . .
RUN .venv/bin/uv sync --frozen --no-dev --extra postgresql --no-editable --compile-bytecode

FROM base AS redis
RUN apt-get update \
    && apt-get install --yes --no-install-recommends redis-server \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir /data && chown brig: /data
USER brig
VOLUME /data
CMD ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--dir", "/data", \
     "--appendonly", "yes", "--appendfsync", "everysec", "--save", "", \
     "--maxmemory-policy", "noeviction"]

FROM base AS web
COPY --from=build /opt/brig/.venv /opt/brig/.venv
ENV PATH=/opt/brig/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    BRIG_DATA_DIR=/var/lib/brig BRIG_LOG_TO=stderr
VOLUME /var/lib/brig
ENV BRIG_LISTEN=0.0.0.0:8000
EXPOSE 8000
CMD ["brig", "serve", "--only", "web"]

FROM base AS worker
COPY scripts/debian-packages.txt /tmp/
RUN packages=$(awk '/^\[/ { on = /base|languages/; next } on && NF && !/^#/ { print $1 }' \
       /tmp/debian-packages.txt) \
    && apt-get update \
    && apt-get install --yes --no-install-recommends $packages \
    && rm -rf /var/lib/apt/lists/* /tmp/debian-packages.txt
COPY --from=build /opt/brig/.venv /opt/brig/.venv
ENV PATH=/opt/brig/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    BRIG_DATA_DIR=/var/lib/brig BRIG_LOG_TO=stderr
VOLUME /var/lib/brig
CMD ["brig", "serve", "--only", "worker"]
