import Testing

@testable import Store

@Suite("Example results") struct ExampleResultRecordTests {
    private func record(_ count: Int, task: String = "t") -> ExampleResultRecord {
        let choices = (0..<count).map { $0 % 4 + 1 }
        let total = choices.reduce(0, +)
        return ExampleResultRecord(
            task: task, items: (0..<count).map { "question \($0)" }, choices: choices,
            logLikelihoods: (0..<total).map { -Double($0) / 3 }, isGreedy: (0..<total).map { $0 % 3 == 0 },
            correct: (0..<count).map { $0 % 2 == 0 })
    }

    @Test("come back whole, whatever their number", arguments: [1, 7, 8, 9, 64, 257])
    func roundTrip(count: Int) throws {
        let bench = try Bench()
        let trial = try bench.begin(1)
        let result = TrialResult(
            objectiveValue: 1, durationSeconds: 1, exampleResults: [record(count, task: "b"), record(1, task: "a")])
        try bench.store.completeTrial(id: trial.id, result: result)
        let found = try bench.store.exampleResults(ofTrial: trial.id)
        #expect(found == [record(1, task: "a"), record(count, task: "b")])
    }

    @Test("keep infinities and NaN bit by bit") func special() throws {
        let values: [Double] = [.infinity, -.infinity, .nan, -0.0]
        let bytes = PackedNumbers.bytes(values)
        let found = try PackedNumbers.doubles(bytes, count: 4, column: "c")
        #expect(found.map(\.bitPattern) == values.map(\.bitPattern))
        #expect(Array(bytes.prefix(8)) == [0, 0, 0, 0, 0, 0, 0xf0, 0x7f])
    }

    @Test("share the list of questions between trials") func shared() throws {
        let bench = try Bench()
        for pattern in 0..<3 {
            let trial = try bench.begin(pattern)
            try bench.store.completeTrial(
                id: trial.id, result: TrialResult(objectiveValue: 1, durationSeconds: 1, exampleResults: [record(9)]))
        }
        let counts = try bench.store.read { database in
            try ["example_set", "example_item", "example_result"].map { table in
                try database.first("SELECT count(*) AS n FROM \(table)") { try $0.integer("n") }
            }
        }
        #expect(counts == [1, 9, 3])
    }

    @Test("that do not fit together are refused") func refused() throws {
        var tooFew = record(3)
        tooFew.logLikelihoods.removeLast()
        var flags = record(3)
        flags.correct?.append(true)
        var none = record(3)
        none.choices[1] = 0
        var huge = record(3)
        huge.choices[1] = Int.max
        for bad in [tooFew, flags, none, huge, record(0)] {
            let bench = try Bench()
            let trial = try bench.begin(1)
            #expect(throws: StoreError.self) {
                try bench.store.completeTrial(
                    id: trial.id, result: TrialResult(objectiveValue: 1, durationSeconds: 1, exampleResults: [bad]))
            }
        }
    }

    @Test("whose bytes were damaged are an error, not a trap") func damaged() throws {
        #expect(throws: StoreError.self) { try PackedNumbers.doubles([1, 2, 3], count: 1, column: "c") }
        #expect(throws: StoreError.self) { try PackedNumbers.doubles([], count: 1, column: "c") }
        #expect(throws: StoreError.self) { try PackedNumbers.flags([], count: 1, column: "c") }
        #expect(throws: StoreError.self) { try PackedNumbers.flags([0, 0], count: 8, column: "c") }
        #expect(throws: StoreError.self) { try PackedNumbers.flags([0b10], count: 1, column: "c") }
        #expect(try PackedNumbers.flags([0b1], count: 1, column: "c") == [true])
    }

    @Test("with damaged counts of choices in the file are an error") func damagedChoices() throws {
        let bench = try Bench()
        let trial = try bench.begin(1)
        try bench.store.completeTrial(
            id: trial.id, result: TrialResult(objectiveValue: 1, durationSeconds: 1, exampleResults: [record(3)]))
        try bench.store.write { database in
            try database.execute("DROP TRIGGER example_item_update")
            try database.execute("UPDATE example_item SET choices = 9223372036854775807")
        }
        #expect(throws: StoreError.self) { try bench.store.exampleResults(ofTrial: trial.id) }
    }
}
