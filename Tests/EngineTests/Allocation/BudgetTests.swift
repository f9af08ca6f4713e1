import Testing

@testable import Engine

@Suite("A budget") struct BudgetTests {
    @Test(
        "is read from text",
        arguments: [
            ("3.6bpw", Budget.bitsPerWeight(millionths: 3_600_000)), ("5bpw", .bitsPerWeight(millionths: 5_000_000)),
            ("4.000001 BPW", .bitsPerWeight(millionths: 4_000_001)), ("1.5MB", .bytes(1_500_000)),
            ("1.2MiB", .bytes(1_258_291)), ("900000", .bytes(900_000)), ("900000B", .bytes(900_000)),
            ("2 kb", .bytes(2000)), ("1KiB", .bytes(1024)), ("0.5GiB", .bytes(1 << 29)), ("3GB", .bytes(3_000_000_000)),
        ])
    func parses(text: String, expected: Budget) throws {
        let budget = try Budget(parsing: text)
        #expect(budget == expected)
        #expect(try Budget(parsing: budget.text) == budget)
    }

    @Test(
        "names what is wrong with a text",
        arguments: [
            ("", BudgetError.notANumber(text: "")), ("bpw", .notANumber(text: "bpw")),
            (".5MB", .notANumber(text: ".5MB")), ("5.MB", .notANumber(text: "5.MB")),
            ("1.2.3MB", .notANumber(text: "1.2.3MB")), ("-3MB", .notANumber(text: "-3MB")),
            ("5bits", .unknownUnit(text: "5bits", unit: "bits")), ("1.5e6", .unknownUnit(text: "1.5e6", unit: "e6")),
            ("1.2345678bpw", .tooPrecise(text: "1.2345678bpw")), ("1.5", .fractionOfByte(text: "1.5")),
            ("0bpw", .notPositive(text: "0bpw")), ("0", .notPositive(text: "0")),
            ("65bpw", .tooLarge(text: "65bpw")),
            ("99999999999999999999", .tooLarge(text: "99999999999999999999")),
            ("9999999999GB", .tooLarge(text: "9999999999GB")),
        ])
    func refusesText(text: String, expected: BudgetError) {
        let error = #expect(throws: BudgetError.self) { try Budget(parsing: text) }
        #expect(error == expected)
        #expect(error?.description.contains("\n") == false)
    }

    @Test("allows exactly the allocations that fit, not one byte more") func exact() throws {
        let space = try Spaces.odd(layers: 6, bits: [3, 4, 8], seed: 5)
        for indices in Spaces.all(space) {
            let bytes = space.bytes(of: indices)
            #expect(try Budget.bytes(bytes).resolvedBytes(in: space) == bytes)
            // The millionths that just cover the allocation, rounded up, must allow it; one bit less per model must not.
            let bits = 8 * (bytes - space.fixedBytes)
            let covering = (bits * 1_000_000 + space.quantizedWeights - 1) / space.quantizedWeights
            #expect(try Budget.bitsPerWeight(millionths: covering).resolvedBytes(in: space) == bytes)
        }
        let space1 = try AllocationSpace(
            choices: [.init(name: "nf4", bits: 4), .init(name: "int8", bits: 8)],
            unitBytes: [[36, 68], [36, 68]], unitWeights: [64, 64], fixedBytes: 10)
        #expect(try Budget(parsing: "6.5bpw").resolvedBytes(in: space1) == 114)
        #expect(try Budget(parsing: "6.499999bpw").resolvedBytes(in: space1) == 113)
    }

    @Test("below the smallest allocation names the minimum") func belowMinimum() throws {
        let space = try AllocationSpace(
            choices: [.init(name: "nf4", bits: 4)], unitBytes: [[36]], unitWeights: [64], fixedBytes: 10)
        let error = #expect(throws: BudgetError.self) { try Budget(parsing: "4bpw").resolvedBytes(in: space) }
        #expect(
            error
                == .belowMinimum(text: "4bpw", budgetBytes: 42, minimumBytes: 46, minimumBitsPerWeight: 4.5))
        #expect(error?.description.contains("46 bytes, 4.5bpw") == true)
        #expect(throws: BudgetError.self) { try Budget.bytes(45).resolvedBytes(in: space) }
        #expect(try Budget.bytes(46).resolvedBytes(in: space) == 46)
    }
}
