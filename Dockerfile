# Builds the package, then keeps only what runs: one bundle, the fixtures and the schema.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY tsconfig.json ./
COPY src ./src
# The build parses them beforehand, so that the mock need not.
COPY fixtures ./fixtures
RUN npm run build

FROM node:24-slim
WORKDIR /app
COPY package.json ./
COPY schema ./schema
COPY --from=build /build/dist ./dist
# A volume mounted here replaces the examples; one that is empty was meant to be another.
COPY fixtures /fixtures
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4010 ORQ_MOCK_FIXTURES=/fixtures ORQ_MOCK_REQUIRE_FIXTURES=true
EXPOSE 4010
# The numeric id of `node`, so that a cluster can see it is not root.
USER 1000:1000
HEALTHCHECK --interval=2s --timeout=4s --start-period=5s --retries=3 \
  CMD ["node", "/app/dist/bin.js", "healthcheck"]
ENTRYPOINT ["node", "/app/dist/bin.js"]
