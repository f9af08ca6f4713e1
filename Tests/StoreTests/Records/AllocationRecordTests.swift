import Testing

@testable import Store

@Suite("An allocation") struct AllocationRecordTests {
    @Test("is stored once, however many trials use it") func once() throws {
        let bench = try Bench()
        let first = try bench.begin(5)
        let reference = try bench.begin(5, kind: .reference)
        #expect(first.allocationID == reference.allocationID)
        let stored = try bench.store.allocations([first.allocationID ?? 0])
        var expected = try Samples.allocation(5)
        expected.id = first.allocationID ?? 0
        #expect(stored == [expected])
        let rows = try bench.store.read { try $0.first("SELECT count(*) AS n FROM allocation") { try $0.integer("n") } }
        #expect(rows == 1)
    }

    @Test("is written with a precision per layer, or per module where asked") func text() throws {
        #expect(try Samples.allocation(4).precisions == "nf4,nf4,int8,nf4")
        let modules = try AllocationRecord(layers: [
            .init(layer: 1, module: "v_proj", precision: "nf4", bits: 4),
            .init(layer: 0, precision: "int8", bits: 8),
            .init(layer: 1, module: "q_proj", precision: "nf2", bits: 2),
        ])
        #expect(modules.precisions == "int8,q_proj=nf2/v_proj=nf4")
        #expect(modules.layerCount == 2)
    }

    @Test("keeps names with options") func options() throws {
        let record = try AllocationRecord(precisions: [("nf4@128+dq", 4), ("nf4+dq", 4)])
        #expect(record.precisions == "nf4@128+dq,nf4+dq")
    }

    @Test("has a digest of its content, not of its order") func digest() throws {
        let layers = try Samples.allocation(3).layers
        #expect(try AllocationRecord(layers: layers.reversed()).digest == Samples.allocation(3).digest)
        let digests = try Set((0..<16).map { try Samples.allocation($0).digest })
        #expect(digests.count == 16)
        // Fixed: files written by one version are read by the next.
        #expect(
            try AllocationRecord(precisions: [("nf4", 4), ("int8", 8)]).digest
                == SHA256.hexDigest(of: Array("0 all nf4 4\n1 all int8 8\n".utf8)))
    }

    struct Bad: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let layers: [AllocationRecord.Layer]
    }

    @Test(
        "is refused",
        arguments: [
            Bad(testDescription: "without layers", layers: []),
            Bad(testDescription: "without the first layer", layers: [.init(layer: 1, precision: "nf4", bits: 4)]),
            Bad(
                testDescription: "with a gap",
                layers: [.init(layer: 0, precision: "nf4", bits: 4), .init(layer: 2, precision: "nf4", bits: 4)]),
            Bad(
                testDescription: "with a layer twice",
                layers: [.init(layer: 0, precision: "nf4", bits: 4), .init(layer: 0, precision: "int8", bits: 8)]),
            Bad(
                testDescription: "with a layer whole and by module",
                layers: [
                    .init(layer: 0, precision: "nf4", bits: 4),
                    .init(layer: 0, module: "q_proj", precision: "int8", bits: 8),
                ]),
            Bad(testDescription: "with a nameless precision", layers: [.init(layer: 0, precision: "", bits: 4)]),
            Bad(testDescription: "with a slash in a name", layers: [.init(layer: 0, precision: "a/b", bits: 4)]),
            Bad(testDescription: "with a comma in a name", layers: [.init(layer: 0, precision: "a,b", bits: 4)]),
        ])
    func refused(bad: Bad) {
        #expect(throws: StoreError.self) { try AllocationRecord(layers: bad.layers) }
    }
}
