import { openMemoryLog } from '../../src/store/memory.ts';
import { describeLog } from './contract.ts';

describeLog('the log in memory', async () => openMemoryLog({ ledger: '/ledgers/test' }));
