import { GenericContainer, getContainerRuntimeClient, ImageName, Wait } from 'testcontainers';
import { portOfNobody } from '../eventstoredb/double/faults.ts';

/** EventStoreDB, or KurrentDB by LEDGER_TEST_IMAGE, in a container of its own that can be stopped, paused and killed. */

export const image = process.env['LEDGER_TEST_IMAGE'] ?? 'eventstore/eventstore:23.10.0-bookworm-slim';
const port = 2113;

/** Why there is no server to test with; undefined when there is one. An image is never pulled: that may take for ever. */
export const missing = await whyMissing();

async function whyMissing(): Promise<string | undefined> {
  try {
    const { image: images } = await getContainerRuntimeClient();
    if (await images.exists(ImageName.fromString(image))) return undefined;
    return `the image ${image} is not here (docker pull ${image}, or LEDGER_TEST_IMAGE=another)`;
  } catch (error) {
    return `no container engine answers (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`;
  }
}

if (missing !== undefined) process.stderr.write(`\nThe tests in containers are SKIPPED: ${missing}.\n\n`);

export type ServerInContainer = Awaited<ReturnType<typeof startServer>>;

export async function startServer() {
  const hostPort = await portOfNobody();
  const started = await new GenericContainer(image)
    // The options of docker-compose.yml.
    .withEnvironment({
      EVENTSTORE_CLUSTER_SIZE: '1',
      EVENTSTORE_INSECURE: 'true',
      EVENTSTORE_NODE_PORT: String(port),
      EVENTSTORE_RUN_PROJECTIONS: 'None',
      EVENTSTORE_TELEMETRY_OPTOUT: 'true',
    })
    // A port of the engine's choice would be another one after a restart.
    .withExposedPorts({ container: port, host: hostPort })
    .withWaitStrategy(Wait.forHttp('/health/live', port).forStatusCode(204))
    .withStartupTimeout(120_000)
    .start();
  const { container: containers } = await getContainerRuntimeClient();
  return {
    connection: `esdb://${started.getHost()}:${hostPort}?tls=false`,
    container: containers.getById(started.getId()),
    async close(): Promise<void> {
      await started.stop({ timeout: 0 });
    },
  };
}
