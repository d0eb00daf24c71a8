// RUN: qc-opt %s --qc-fold-dbl-things
