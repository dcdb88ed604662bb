import CityBroker
import CityKernel
import CityTesting
import Testing

@Suite("実体の並び")
struct OrderTests {
    private func withShops<Value>(
        _ engine: TestEngine, _ body: (Broker) async throws -> Value
    ) async throws -> Value {
        try await TestBrokers.with(engine) { broker in
            let shops: [(String, [NamedAttribute])] = [
                (
                    "a",
                    [
                        NamedAttribute("name", .property("Zebra")),
                        NamedAttribute("rank", .property(10)),
                        NamedAttribute("address", .property(["city": "Kuma"])),
                    ]
                ),
                (
                    "b",
                    [
                        NamedAttribute("name", .property("Ähre")),
                        NamedAttribute("rank", .property(9)),
                        NamedAttribute("address", .property(["city": "Asagiri"])),
                    ]
                ),
                (
                    "c",
                    [
                        NamedAttribute("name", .property("a")),
                        NamedAttribute("rank", .property("x")),
                    ]
                ),
                ("d", [NamedAttribute("name", .property("b"))]),
            ]
            for (index, (name, attributes)) in shops.enumerated() {
                let point = GeoPoint(latitude: 32.2, longitude: 130.7 - Double(index) / 100)
                try await broker.create(
                    Entity(
                        id: EntityID(type: "Shop", name: name), types: ["Shop"],
                        attributes: attributes + [NamedAttribute("location", .place(.point(point)))]
                    ),
                    source: "test")
            }
            return try await body(broker)
        }
    }

    private static let place = Geometry.point(GeoPoint(latitude: 32.2, longitude: 130.6))

    private static let orders: [([String], String?, String)] = [
        (["id"], nil, "abcd"), (["id;desc"], nil, "dcba"), (["name"], nil, "acdb"),
        (["name"], "und", "cbda"), (["rank"], nil, "bacd"),
        (["rank;desc"], nil, "cabd"), (["address[city]"], nil, "bacd"),
        (["location;dist-asc"], nil, "dcba"), (["location;dist-desc"], nil, "abcd"),
        (["type", "name;desc"], nil, "bdca"),
    ]

    @Test("名前、数、場所までの距離、言葉の順", arguments: TestEngine.available)
    func orders(engine: TestEngine) async throws {
        try await withShops(engine) { broker in
            for (terms, collation, expected) in Self.orders {
                var query = EntityQuery(type: "Shop")
                query.order = try EntityOrder.parse(
                    terms, from: Self.place, collation: collation)
                let found = try await broker.entities(query).entities.map(\.id.name)
                #expect(found.joined() == expected, "\(terms)")
                query.limit = 2
                query.offset = 1
                query.wantsCount = true
                let page = try await broker.entities(query)
                #expect(page.entities.map(\.id.name) == Array(found[1...2]))
                #expect(page.count == 4)
            }
        }
    }

    @Test(
        "読めない並びは断る",
        arguments: ["", "a;up", "a;asc;desc", "a{b}", "location;dist-asc", "a b"])
    func refuses(term: String) {
        #expect(throws: Problem.self) {
            try EntityOrder.parse([term], from: nil, collation: nil)
        }
    }

    @Test("言葉の印でない collation は断る", arguments: ["!!nope", "not a tag", "d", ""])
    func refusesCollation(tag: String) {
        #expect(throws: Problem.self) {
            try EntityOrder.parse(["a"], from: nil, collation: tag)
        }
    }
}
