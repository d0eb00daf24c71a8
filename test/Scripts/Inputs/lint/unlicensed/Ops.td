def QC_Op;
