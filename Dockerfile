# chibo as an image: built in one stage, run in another that has neither pip's cache nor the sources.
# Debian's Python of the tests. What runs is pinned with hashes, and so is what puts our own code in place.
FROM python:3.11-slim AS build
RUN python -m venv /opt/chibo
COPY requirements.txt requirements-build.txt /src/
RUN /opt/chibo/bin/pip install --no-cache-dir --require-hashes -r /src/requirements.txt -r /src/requirements-build.txt
COPY pyproject.toml README.md /src/
COPY bot/ /src/bot/
COPY handlers/ /src/handlers/
COPY scheduler/ /src/scheduler/
COPY db/ /src/db/
COPY templates/ /src/templates/
RUN /opt/chibo/bin/pip install --no-cache-dir --no-deps --no-build-isolation /src \
    && /opt/chibo/bin/pip uninstall --yes --quiet pip setuptools \
    && find /opt/chibo -type d -name tests -prune -exec rm -r {} +

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/chibo --create-home --shell /usr/sbin/nologin chibo
COPY --from=build /opt/chibo /opt/chibo
# Nothing is written outside of /var/lib/chibo (settings and data) and /tmp: the root may be read-only.
ENV PATH=/opt/chibo/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    CHIBO_WEB=0.0.0.0:8080
USER chibo
WORKDIR /var/lib/chibo
VOLUME /var/lib/chibo
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["chibo"]
CMD ["run"]
