/// Decompresses Zstandard without dictionaries.
///
/// The frames' own checksums are passed over: pages have theirs, and writers rarely ask for either.
///
/// Source: RFC 8878.
struct Zstandard {
    /// The most bytes of a block, in bytes.
    static let largestBlock = 1 << 17

    private let limit: Int
    private var output: [UInt8] = []
    /// Where the frame's bytes begin.
    private var start = 0
    private var literals = ZstandardLiterals()
    private var sequences = ZstandardSequences()
    /// The offsets of before, the latest first.
    private var recent = (1, 4, 8)

    private init(limit: Int) { self.limit = limit }

    /// The bytes as they were before; they must be `count`.
    static func decompress(_ bytes: ArraySlice<UInt8>, to count: Int) throws(ParquetFault) -> [UInt8] {
        var cursor = ByteCursor(bytes)
        var decoder = Zstandard(limit: count)
        repeat {
            let magic = try cursor.uint32()
            if magic & 0xFFFF_FFF0 == 0x184D_2A50 {
                _ = try cursor.take(Int(try cursor.uint32()))
                continue
            }
            guard magic == 0xFD2F_B528 else { throw .damaged("Zstandard: the first bytes are others") }
            try decoder.frame(&cursor)
        } while cursor.remaining > 0
        guard decoder.output.count == count else {
            throw .damaged("Zstandard: \(decoder.output.count) of \(count) bytes")
        }
        return decoder.output
    }

    private mutating func frame(_ cursor: inout ByteCursor) throws(ParquetFault) {
        start = output.count
        literals = ZstandardLiterals()
        sequences = ZstandardSequences()
        recent = (1, 4, 8)
        let flags = Int(try cursor.byte())
        guard flags & 8 == 0 else { throw .damaged("Zstandard: unknown flags") }
        guard flags & 3 == 0 else { throw .damaged("Zstandard: a dictionary is needed") }
        let isSingle = flags & 32 != 0
        // The window's size, unless it is the frame's, and the frame's size: the page has said what it is.
        _ = try cursor.take((isSingle ? 0 : 1) + [isSingle ? 1 : 0, 2, 4, 8][flags >> 6])
        var isLast = false
        while !isLast {
            let bytes = try cursor.take(3)
            let header = ReverseBits.bits(bytes, at: 0, count: 24)
            isLast = header & 1 == 1
            let size = header >> 3
            guard size <= Self.largestBlock else { throw .damaged("Zstandard: a block of \(size) bytes") }
            switch header >> 1 & 3 {
            case 0: try put(try cursor.take(size))
            case 1: try put(repeatElement(try cursor.byte(), count: size))
            case 2: try block(try cursor.take(size))
            default: throw .damaged("Zstandard: an unknown kind of block")
            }
        }
        if flags & 4 != 0 { _ = try cursor.take(4) }
    }

    private mutating func put(_ bytes: some Collection<UInt8>) throws(ParquetFault) {
        guard bytes.count <= limit - output.count else { throw .damaged("Zstandard: more than \(limit) bytes") }
        output.append(contentsOf: bytes)
    }

    private mutating func block(_ bytes: ArraySlice<UInt8>) throws(ParquetFault) {
        var cursor = ByteCursor(bytes)
        let literals = try literals.read(&cursor)
        var used = 0
        // Taken out, for what it is given to call changes the rest.
        var sequences = sequences
        try sequences.read(&cursor) { (sequence) throws(ParquetFault) in
            guard sequence.literals <= literals.count - used else { throw .damaged("Zstandard: too few literals") }
            try put(literals[used..<used + sequence.literals])
            used += sequence.literals
            try copy(sequence)
        }
        self.sequences = sequences
        try put(literals[used...])
    }

    private mutating func copy(_ sequence: ZstandardSequences.Sequence) throws(ParquetFault) {
        let offset = offset(sequence)
        guard offset > 0, offset <= output.count - start else {
            throw .damaged("Zstandard: a copy from \(offset) bytes back where \(output.count - start) are")
        }
        guard sequence.length <= limit - output.count else { throw .damaged("Zstandard: more than \(limit) bytes") }
        // Byte by byte, for a copy may reach into what it writes: that repeats a pattern.
        for _ in 0..<sequence.length { output.append(output[output.count - offset]) }
    }

    /// The offset that a sequence names, which becomes the latest.
    private mutating func offset(_ sequence: ZstandardSequences.Sequence) -> Int {
        // Without literals the latest would only go on with the copy before, so that names mean the next one each.
        switch sequence.offset + (sequence.literals == 0 && sequence.offset <= 3 ? 1 : 0) {
        case 1: break
        case 2 where sequence.offset <= 3: recent = (recent.1, recent.0, recent.2)
        case 3 where sequence.offset <= 3: recent = (recent.2, recent.0, recent.1)
        case 4 where sequence.offset <= 3: recent = (recent.0 - 1, recent.0, recent.1)
        default: recent = (sequence.offset - 3, recent.0, recent.1)
        }
        return recent.0
    }
}
