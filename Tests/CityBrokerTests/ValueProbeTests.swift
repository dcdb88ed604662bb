import CityKernel
import CityStore
import CityTesting
import Testing

@testable import CityBroker

@Suite("値から探す")
struct ValueProbeTests {
    /// More lamps than are looked at by value; every hundredth has a name of its own.
    private static let count = ValueProbe.candidatesMax + 500

    private func withLamps<Value>(
        _ engine: TestEngine, _ body: (Broker) async throws -> Value
    ) async throws -> Value {
        try await TestBrokers.with(engine) { broker in
            try await broker.write(source: "test") { work in
                for number in 0..<Self.count { try work.create(Self.lamp(number)) }
                try work.create(
                    Entity(
                        id: EntityID(type: "Sign", name: "1"), types: ["Sign"],
                        attributes: [NamedAttribute("brightness", .property(7))]))
            }
            return try await body(broker)
        }
    }

    private static func lamp(_ number: Int) -> Entity {
        var lamp = Town.lamp("\(10_000 + number)", brightness: Int64(number))
        let colour = number % 100 == 3 ? "赤-\(number)" : "白"
        lamp.attributes.append(NamedAttribute("colour", .property(.string(colour))))
        return lamp
    }

    private static func search(
        _ text: String, limit: Int = 20, offset: Int = 0
    ) throws -> EntityQuery {
        var query = EntityQuery(type: "Lamp", limit: limit)
        query.filter = try QueryParser.parse(text)
        query.offset = offset
        query.wantsCount = true
        return query
    }

    private static let questions: [(text: String, numbers: [Int])] = [
        ("brightness==7", [7]), ("brightness>1497", [1_498, 1_499]), ("brightness<3", [0, 1, 2]),
        ("brightness>=0", Array(0..<1_500)), ("brightness<1200", Array(0..<1_200)),
        ("colour==\"赤-103\"", [103]), ("colour==\"青\"", []), ("nothing==1", []),
        ("brightness>=1000;colour==\"赤-1203\"", [1_203]),
        ("brightness>1400;colour!=\"白\"", [1_403]), ("brightness==3|brightness==5", [3, 5]),
    ]

    @Test("少ない答えも多い答えも、数も頁も正しい", arguments: TestEngine.available)
    func answers(engine: TestEngine) async throws {
        try await withLamps(engine) { broker in
            for question in Self.questions {
                let wanted = question.numbers.map { "\(10_000 + $0)" }
                let page = try await broker.entities(try Self.search(question.text))
                #expect(page.count == wanted.count, "\(question.text)")
                #expect(page.entities.map(\.id.name) == Array(wanted.prefix(20)))
                let second = try await broker.entities(
                    try Self.search(question.text, limit: 5, offset: 2))
                #expect(second.entities.map(\.id.name) == Array(wanted.dropFirst(2).prefix(5)))
            }
        }
    }

    @Test("配列の中の値も、始めだけ同じ長い文も取り違えない", arguments: TestEngine.available)
    func arraysAndLongTexts(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let long = String(repeating: "長", count: 1_200)
            let values: [JSONValue] = [
                [1, 2], ["a", "b"], .string(long + "甲"), .string(long + "乙"), 2, "a",
            ]
            try await broker.write(source: "test") { work in
                for (number, value) in values.enumerated() {
                    var lamp = Town.lamp("\(number)", brightness: 0)
                    lamp.attributes.append(NamedAttribute("words", .property(value)))
                    try work.create(lamp)
                }
            }
            for (text, names) in [
                ("words==2", ["0", "4"]), ("words==\"a\"", ["1", "5"]),
                ("words==\"\(long)乙\"", ["3"]), ("words==\"\(long)\"", []),
            ] {
                let page = try await broker.entities(try Self.search(text))
                #expect(page.entities.map(\.id.name) == names)
                #expect(page.count == names.count)
            }
        }
    }

    @Test("値の索引を使い、全部は見ない")
    func plan() async throws {
        try await withLamps(.sqlite) { broker in
            for text in ["brightness>1490", "brightness==4", "colour==\"赤-103\""] {
                let filter = try QueryParser.parse(text)
                let plans = try await broker.read { reader in
                    try ValueProbe(filter, reader.names)?.plans(reader.connection) ?? []
                }
                #expect(!plans.isEmpty)
                for step in plans { #expect(step.contains("SEARCH"), "\(text): \(step)") }
                #expect(plans.contains { $0.contains("broker_attribute_") })
            }
        }
    }

    // MARK: - Answers that are kept

    @Test("控えた答えは、書いたあとの人には渡さない", arguments: TestEngine.available)
    func answersAreFresh(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let query = try Self.search("brightness>100")
            for turn in 1...20 {
                let name = "\(10_000 + turn)"
                try await broker.create(Town.lamp(name, brightness: 200), source: "test")
                #expect(try await broker.entities(query).count == turn)
                #expect(try await broker.entities(query).count == turn)
            }
            for turn in 1...20 {
                let id = EntityID(type: "Lamp", name: "\(10_000 + turn)")
                try await broker.apply(
                    [Fact(id, type: "Lamp", "brightness", .property(1))], source: "test")
                #expect(try await broker.entities(query).count == 20 - turn)
            }
            let id = EntityID(type: "Lamp", name: "10001")
            let all = EntityQuery(type: "Lamp")
            _ = try await broker.entities(all)
            try await broker.write(source: "test") { try $0.setScopes(["/橋"], of: id) }
            #expect(try await broker.entities(all).entities.first?.scopes == ["/橋"])
            let signs = EntityQuery(type: "Sign")
            #expect(try await broker.entities(signs).entities.isEmpty)
            try await broker.write(source: "test") { try $0.addTypes(["Sign"], to: id) }
            #expect(try await broker.entities(signs).entities.map(\.id) == [id])
            try await broker.delete(id, source: "test")
            #expect(try await broker.entities(signs).entities.isEmpty)
        }
    }

    @Test("他の型が変わっても、控えは使える")
    func answersByType() async throws {
        try await TestBrokers.with { broker in
            let book = try #require(broker.answers)
            let query = EntityQuery(type: "Lamp")
            try await broker.create(Town.lamp("1", brightness: 1), source: "test")
            let page = try await broker.entities(query)
            try await broker.apply([Town.level(1, at: 1)], source: "test")
            #expect(book.find(query) == page)
            #expect(book.find(EntityQuery()) == nil)
            try await broker.create(Town.lamp("2", brightness: 1), source: "test")
            #expect(book.find(query) == nil)
        }
    }

    @Test("控えの数と大きさには限りがある")
    func answersAreBounded() {
        let book = AnswerBook()
        let lamp = Town.lamp("1", brightness: 1)
        for offset in 0...AnswerBook.answersMax {
            var query = EntityQuery(type: "Lamp")
            query.offset = offset
            book.keep(EntityPage(entities: [lamp]), of: query, book.stamp(of: query))
        }
        #expect(book.count == 1)
        let large = EntityPage(
            entities: Array(repeating: lamp, count: AnswerBook.entitiesMax / 8))
        for offset in 0..<8 {
            var query = EntityQuery(type: "Sign")
            query.offset = offset
            book.keep(large, of: query, book.stamp(of: query))
        }
        #expect(book.count < 9)
        let query = EntityQuery(type: "Sign")
        let tooLarge = EntityPage(entities: large.entities + [lamp])
        book.keep(tooLarge, of: query, book.stamp(of: query))
        #expect(book.find(query) != tooLarge)
    }
}
