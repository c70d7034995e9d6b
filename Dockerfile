# Lantoa as one image: `lantoa run` by default, `lantoa serve` or `lantoa work` by naming it.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/lantoa
COPY requirements/run.txt requirements/run.txt
RUN /opt/lantoa/bin/python -m pip install --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY lantoa lantoa
COPY crawler crawler
COPY tracker tracker
COPY api api
COPY web web
COPY sandbox sandbox
COPY config config
RUN /opt/lantoa/bin/python -m pip install --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/lantoa lantoa \
    && install -d -o lantoa -g lantoa -m 0700 /var/lib/lantoa/data
COPY --from=build /opt/lantoa /opt/lantoa
ENV PATH=/opt/lantoa/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LANTOA_DATA=/var/lib/lantoa/data
USER lantoa
WORKDIR /var/lib/lantoa
VOLUME /var/lib/lantoa/data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["lantoa", "run", "--host", "0.0.0.0", "--port", "8000"]
