// The file of the pass.
