/**
 * Currency codes that are no longer in use, for what was announced while they were: ISO 4217, list three, "codes for historic
 * denominations of currencies and funds" (SIX Financial Information, the maintenance agency), and those withdrawn since it was
 * read in 2026.
 */
export const withdrawnCurrencies: readonly string[] = [
  ...'ADP AFA ALK ANG AOK AON AOR ARA ARP ARY ATS AYM AZM BAD BEC BEF BEL BGJ BGK BGL BOP BRB BRC BRE BRN BRR BUK BYB BYR'.split(
    ' ',
  ),
  ...'CHC CNX CSD CSJ CSK CUC CYP DDM DEM ECS ECV EEK EQE ESA ESB ESP FIM FRF GEK GHC GHP GNE GNS GQE GRD GWE GWP HRD HRK'.split(
    ' ',
  ),
  ...'IEP ILP ILR ISJ ITL LAJ LSM LTL LTT LUC LUF LUL LVL LVR MAF MGF MLF MRO MTL MTP MVQ MXP MZE MZM NIC NLG PEH PEI PES'.split(
    ' ',
  ),
  ...'PLZ PTE RHD ROK ROL RUR SDD SDP SIT SKK SLL SRG STD SUR TJR TMM TPE TRL UAK UGS UGW USS UYN UYP VEB VEF VNC XEU XFO'.split(
    ' ',
  ),
  ...'XFU XRE YDD YUD YUM YUN ZAL ZMK ZRN ZRZ ZWC ZWD ZWL ZWN ZWR'.split(' '),
];
