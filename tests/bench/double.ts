import { startDouble } from '../eventstoredb/double/double.ts';

/** The double of EventStoreDB in a process of its own, so that its work is not counted as ours: tells its parent where it is. */
const { connectionString } = await startDouble();
process.send?.(connectionString);
process.on('disconnect', () => process.exit());
