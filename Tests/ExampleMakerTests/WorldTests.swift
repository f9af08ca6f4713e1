import Testing

@testable import ExampleMaker

@Suite("A world") struct WorldTests {
    @Test("is the same for the same seed, and another for another") func isDeterministic() throws {
        let world = try World(seed: 7, population: 40)
        #expect(try World(seed: 7, population: 40).inhabitants == world.inhabitants)
        #expect(try World(seed: 8, population: 40).inhabitants != world.inhabitants)
    }

    @Test("deals every value of an attribute equally often, so that its frequency says nothing")
    func isBalanced() throws {
        let world = try World(seed: 7, population: 96)
        for attribute in Attribute.allCases {
            let counts = world.values(of: attribute).map { value in
                world.inhabitants.count { $0.value(attribute) == value }
            }
            let (most, least) = (try #require(counts.max()), try #require(counts.min()))
            #expect(most - least <= 1, "\(attribute)")
        }
    }

    @Test("has different names, and nobody is his own friend") func hasNames() throws {
        let world = try World(seed: 3, population: World.largestPopulation)
        #expect(Set(world.inhabitants.map(\.name)).count == World.largestPopulation)
        #expect(world.inhabitants.allSatisfy { $0.value(.friend) != $0.name })
        #expect(world.inhabitants.count { $0.isWoman } == World.largestPopulation / 2)
    }

    @Test("refuses a population that it has no names for", arguments: [0, 6, 9, World.largestPopulation + 2])
    func refusesPopulation(population: Int) {
        #expect(throws: ExampleError.population(population, most: World.largestPopulation)) {
            try World(seed: 1, population: population)
        }
    }

    @Test("fills in names and pronouns") func fills() throws {
        let world = try World(seed: 7, population: 8)
        let woman = try #require(world.inhabitants(women: true).first)
        let man = try #require(world.inhabitants(women: false).first)
        #expect(woman.fill("{N}: {S} and {s}, {P} or {p}.") == "\(woman.name): She and she, Her or her.")
        #expect(man.fill("{P} {p} {S} {s}") == "His his He he")
    }

    @Test("never uses one word for two values that a question could confuse") func keepsWordsApart() {
        let lists = [
            Lexicon.women + Lexicon.men, Lexicon.towns, Lexicon.trades, Lexicon.pets, Lexicon.foods, Lexicon.colors,
            Lexicon.instruments, Lexicon.places, Lexicon.belongings, Lexicon.days, Lexicon.months, Lexicon.numbers,
            Category.all.flatMap(\.members), Category.all.map(\.name),
        ]
        for list in lists { #expect(Set(list).count == list.count, "\(list)") }
        for relation in Category.relations.indices {
            #expect(Set(Category.all.map { $0.properties[relation] }).count == Category.all.count)
        }
    }
}
