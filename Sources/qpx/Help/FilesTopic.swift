extension HelpTopic {
    static let files = HelpTopic(
        name: "files", abstract: "the files that qpx keeps, and which may be copied or removed",
        text: """
            qpx.db              the database: everything that was tried. One SQLite file; any tool can read it
            qpx.db-wal, -shm    its log while it is in use. They belong to it: never remove or copy one without
                                the other; 'qpx db backup' writes one file that has all of it
            qpx.artifacts/      files that searches made, beside the database, by its name
              pruned-*/         pruned checkpoints, shared by searches; made again when one is missing
              logs/             what evaluators wrote
              .*.partial        unfinished, of a process that is at it or was killed

            'qpx du' says what they take, 'qpx gc' frees what is not needed, 'qpx db check --files' says
            whether they are what they were. Tasks, texts and models that trials read stay where they are;
            the database keeps their path and SHA-256.

            Each file that qpx writes is there whole or not at all.

            A database belongs on a disk of the machine whose processes use it: a write-ahead log does not
            work across hosts. On a cluster each node writes its own, and 'qpx db merge' joins them.
            """)
}
