/** Size of the other runtimes' files, which the build copies. */
declare const PEER_BYTES: number;
