"""Country packages of OpenFisca: loaded once a process, simulated from arrays, told."""
