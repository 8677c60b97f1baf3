# One image for api, worker, board and the command line: the command says which.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY apps apps
# the fleet's programs and what they need; not the tests, nor what only development needs
RUN npm ci --omit=dev --ignore-scripts -w apps/api -w apps/worker -w apps/board -w apps/cli \
  && rm -rf apps/start packages/stack apps/*/test packages/*/test node_modules/@caretaker/stack node_modules/@caretaker/start \
  && find apps packages -name '*.test.ts' -delete

FROM node:24-bookworm-slim
# one arena: glibc would keep one for each of Node's threads, 10 to 30 MB in all
ENV MALLOC_ARENA_MAX=1
ENV NODE_ENV=production API_HOST=0.0.0.0 BOARD_HOST=0.0.0.0 WORKER_HOST=0.0.0.0
WORKDIR /app
COPY --from=packages --chown=root:root /app ./
COPY --chown=root:root drizzle drizzle
COPY --chown=root:root LICENSE ./
RUN mkdir /reports && chown node:node /reports
USER node
# Node is process 1: it gets SIGTERM itself and ends its jobs in peace
ENTRYPOINT ["node"]
CMD ["--max-semi-space-size=8", "--heap-growing-percent=120", "--no-parallel-scavenge", "apps/worker/src/main.ts"]
