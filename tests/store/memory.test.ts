import { openMemoryLog } from '../../src/store/memory.ts';
import { describeLog } from './contract.ts';

describeLog('memory', async () => openMemoryLog({ ledger: '/ledgers/test' }));
