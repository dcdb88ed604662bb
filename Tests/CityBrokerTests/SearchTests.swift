import CityBroker
import CityKernel
import CityStore
import CityTesting
import Testing

@Suite("実体を探す")
struct SearchTests {
    /// 25 lamps along a road to the east, brightness 0, 10, …, 240.
    private func withLamps<Value>(
        _ engine: TestEngine = .sqlite, _ body: (Broker) async throws -> Value
    ) async throws -> Value {
        try await TestBrokers.with(engine) { broker in
            try await broker.write(source: "test") { work in
                for number in 0..<25 {
                    let point = GeoPoint(
                        latitude: 32.2, longitude: 130.7 + Double(number) * 0.001)
                    let name = "\(number < 10 ? "0" : "")\(number)"
                    try work.create(
                        Town.lamp(name, brightness: Int64(number * 10), at: point))
                }
                try work.create(
                    Entity(
                        id: EntityID(type: "Sign", name: "1"), types: ["Sign", "Lamp"],
                        attributes: [NamedAttribute("words", .property("止まれ"))]))
            }
            return try await body(broker)
        }
    }

    @Test("頁は重ならず、抜けない", arguments: TestEngine.available)
    func paging(engine: TestEngine) async throws {
        try await withLamps(engine) { broker in
            var seen: [EntityID] = []
            for offset in stride(from: 0, to: 30, by: 10) {
                var query = EntityQuery(type: "Lamp", limit: 10)
                query.offset = offset
                query.wantsCount = true
                let page = try await broker.entities(query)
                #expect(page.count == 26)
                seen += page.entities.map(\.id)
            }
            #expect(seen.count == 26)
            #expect(seen == seen.sorted())
            #expect(Set(seen).count == 26)
        }
    }

    @Test("型、属性、識別子で絞る", arguments: TestEngine.available)
    func selection(engine: TestEngine) async throws {
        try await withLamps(engine) { broker in
            var query = EntityQuery()
            query.attributes = ["words"]
            let words = try await broker.entities(query).entities
            #expect(words.map(\.id.name) == ["1"])
            query = EntityQuery()
            query.types = ["Sign", "Lamp"]
            query.limit = 100
            #expect(try await broker.entities(query).entities.count == 26)
            query.types = ["Unknown"]
            #expect(try await broker.entities(query).entities.isEmpty)
            query = EntityQuery()
            query.ids = [EntityID(type: "Lamp", name: "03"), EntityID(type: "Lamp", name: "no")]
            #expect(try await broker.entities(query).entities.map(\.id.name) == ["03"])
            query = EntityQuery(type: "Lamp")
            query.idPattern = ":0[0-4]$"
            query.wantsCount = true
            #expect(try await broker.entities(query).count == 5)
        }
    }

    @Test("大きすぎる頁は断る")
    func tooLarge() async throws {
        try await TestBrokers.with { broker in
            await #expect(throws: Problem.self) {
                try await broker.entities(
                    EntityQuery(type: "Lamp", limit: EntityQuery.limitMax + 1))
            }
        }
    }

    @Test("値の条件は SQL でも Swift でも同じ答えになる", arguments: TestEngine.available)
    func filters(engine: TestEngine) async throws {
        let brightness = AttributePath("brightness")
        let cases: [(QueryExpression, Int)] = [
            (.compare(brightness, .greaterOrEqual, [.value(200)]), 5),
            (.compare(brightness, .equal, [.value(200)]), 1),
            (.compare(brightness, .notEqual, [.value(200)]), 24),
            (.compare(brightness, .equal, [.range(10, 30)]), 3),
            (.compare(brightness, .equal, [.value(10), .value(30)]), 2),
            (
                .all([
                    .compare(brightness, .greater, [.value(20)]),
                    .compare(brightness, .less, [.value(60)]),
                ]), 3
            ),
            (
                .any([
                    .compare(brightness, .less, [.value(20)]),
                    .compare(AttributePath("words"), .equal, [.value("止まれ")]),
                ]), 3
            ),
            (
                .any([
                    .exists(AttributePath("words")),
                    .compare(AttributePath("createdAt"), .less, [.value("2000-01-01T00:00:00Z")]),
                ]), 1
            ),
            (.compare(AttributePath("words"), .matches, [.value("^止")]), 1),
            (.compare(AttributePath("words"), .notMatches, [.value("^止")]), 0),
            (.exists(AttributePath("never")), 0),
        ]
        try await withLamps(engine) { broker in
            for (filter, count) in cases {
                var query = EntityQuery(type: "Lamp", limit: 2)
                query.filter = filter
                query.wantsCount = true
                let page = try await broker.entities(query)
                #expect(page.count == count, "\(filter)")
                #expect(page.entities.count == min(count, 2), "\(filter)")
            }
        }
    }

    @Test("近いもの、範囲の中のもの", arguments: TestEngine.available)
    func places(engine: TestEngine) async throws {
        try await withLamps(engine) { broker in
            let start = GeoPoint(latitude: 32.2, longitude: 130.7)
            var query = EntityQuery(type: "Lamp")
            query.wantsCount = true
            query.geo = GeoQuery(.near(minimum: nil, maximum: 500), .point(start))
            let near = try await broker.entities(query)
            #expect(near.entities.map(\.id.name) == ["00", "01", "02", "03", "04", "05"])
            query.geo = GeoQuery(.near(minimum: 2_000, maximum: nil), .point(start))
            #expect(try await broker.entities(query).count == 3)
            let square = Geometry.polygon([
                [
                    GeoPoint(latitude: 32.1, longitude: 130.7095),
                    GeoPoint(latitude: 32.1, longitude: 130.7125),
                    GeoPoint(latitude: 32.3, longitude: 130.7125),
                    GeoPoint(latitude: 32.3, longitude: 130.7095),
                    GeoPoint(latitude: 32.1, longitude: 130.7095),
                ]
            ])
            query.geo = GeoQuery(.within, square)
            let within = try await broker.entities(query)
            #expect(within.entities.map(\.id.name) == ["10", "11", "12"])
            query.geo = GeoQuery(.disjoint, square)
            #expect(try await broker.entities(query).count == 22)
        }
    }

    @Test("動いたものは新しい場所で見つかり、古い場所では見つからない", arguments: TestEngine.available)
    func moved(engine: TestEngine) async throws {
        let bus = EntityID(type: "Bus", name: "1")
        let first = GeoPoint(latitude: 32.2, longitude: 130.7)
        let second = GeoPoint(latitude: 32.3, longitude: 130.9)
        func at(_ point: GeoPoint, minute: Int) -> Fact {
            var place = Attribute.place(.point(point))
            place.observedAt = Town.morning + .minutes(minute)
            return Fact(bus, type: "Bus", "location", place)
        }
        try await TestBrokers.with(engine) { broker in
            try await broker.apply([at(first, minute: 0), at(second, minute: 1)], source: "test")
            var query = EntityQuery(type: "Bus")
            query.geo = GeoQuery(.near(minimum: nil, maximum: 100), .point(first))
            #expect(try await broker.entities(query).entities.isEmpty)
            query.geo = GeoQuery(.near(minimum: nil, maximum: 100), .point(second))
            #expect(try await broker.entities(query).entities.map(\.id) == [bus])
        }
    }
}
