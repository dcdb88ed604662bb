import CityBroker
import CityKernel
import CityStore
import CityTesting
import Testing

@Suite("事実を入れる")
struct ApplyTests {
    private let always = Town.morning...(Town.morning + .hours(1))

    @Test("読み取り値が状態と履歴になる", arguments: TestEngine.available)
    func stateAndHistory(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let applied = try await broker.apply([Town.level(1.25, at: 0)], source: "test")
            #expect(applied == Applied(changed: [Town.gauge], created: [Town.gauge]))
            let again = try await broker.apply([Town.level(1.5, at: 10)], source: "test")
            #expect(again == Applied(changed: [Town.gauge]))

            let entity = try #require(try await broker.entity(Town.gauge))
            #expect(entity.types == ["WaterLevelObserved"])
            let level = try #require(entity["waterLevel"])
            #expect(level.value == 1.5)
            #expect(level.unitCode == "MTR")
            #expect(level.observedAt == Town.morning + .minutes(10))
            #expect(level.createdAt == Town.morning)
            let history = try await broker.history(
                of: Town.gauge, "waterLevel", in: always, limit: 10)
            #expect(history.map(\.value) == [1.25, 1.5])
        }
    }

    @Test("遅れた値は履歴にだけ入り、今の値を変えない", arguments: TestEngine.available)
    func late(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await broker.apply([Town.level(3, at: 20)], source: "test")
            let applied = try await broker.apply([Town.level(1, at: 0)], source: "test")
            #expect(applied.changed.isEmpty)
            #expect(try await broker.entity(Town.gauge)?["waterLevel"]?.value == 3)
            let history = try await broker.history(
                of: Town.gauge, "waterLevel", in: always, limit: 10)
            #expect(history.map(\.value) == [1, 3])
        }
    }

    @Test("順番がばらばらで重複があっても、結果は順番通りと同じ", arguments: TestEngine.available)
    func shuffled(engine: TestEngine) async throws {
        let readings = (0..<12).map { Town.level(Double($0) + 0.25, at: $0 * 5) }
        let shuffled = [7, 2, 11, 2, 0, 5, 5, 9, 1, 11, 3, 4, 6, 8, 10, 7].map { readings[$0] }
        try await TestBrokers.with(engine) { broker in
            for reading in shuffled { try await broker.apply([reading], source: "test") }
            #expect(try await broker.entity(Town.gauge)?["waterLevel"]?.value == 11.25)
            let history = try await broker.history(
                of: Town.gauge, "waterLevel", in: always, limit: 100)
            #expect(history.map(\.value) == (0..<12).map { .number(Double($0) + 0.25) })
        }
    }

    @Test("同じ時刻の同じ値は一度だけ記録され、訂正は置き換える")
    func repeatedAndCorrected() async throws {
        try await TestBrokers.with { broker in
            try await broker.apply([Town.level(2, at: 5)], source: "test")
            let repeated = try await broker.apply([Town.level(2, at: 5)], source: "test")
            #expect(repeated == Applied())
            let corrected = try await broker.apply(
                [Town.level(2.5, at: 5)], source: "staff", at: Town.morning + .minutes(9))
            #expect(corrected.changed == [Town.gauge])
            #expect(try await broker.entity(Town.gauge)?["waterLevel"]?.value == 2.5)
            let history = try await broker.history(
                of: Town.gauge, "waterLevel", in: always, limit: 10)
            #expect(history.map(\.value) == [2.5])
        }
    }

    @Test("時計の狂った未来の値が、正しい値を締め出さない")
    func wrongClock() async throws {
        try await TestBrokers.with { broker in
            try await broker.apply([Town.level(9, at: 60 * 24 * 365)], source: "test")
            try await broker.apply([Town.level(1.5, at: 0)], source: "test")
            #expect(try await broker.entity(Town.gauge)?["waterLevel"]?.value == 1.5)
        }
    }

    @Test("欠測は値として残る")
    func missing() async throws {
        try await TestBrokers.with { broker in
            try await broker.apply(
                [Town.level(2, at: 0), Town.level(nil, at: 10)], source: "test")
            #expect(try await broker.entity(Town.gauge)?["waterLevel"]?.value == .null)
        }
    }

    @Test("再生の時刻が今に代わる")
    func replay() async throws {
        let then = Town.morning - .days(2_000)
        try await TestBrokers.with { broker in
            try await broker.apply([Town.level(2, at: 0)], source: "replay", at: then)
            #expect(try await broker.entity(Town.gauge)?.createdAt == then)
        }
    }

    @Test("一つでも断られたら何も残らない", arguments: TestEngine.available)
    func atomic(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let bad = Fact(Town.gauge, type: "WaterLevelObserved", "", .property(1))
            await #expect(throws: BrokerError.invalidName("")) {
                try await broker.apply([Town.level(2, at: 0), bad], source: "test")
            }
            #expect(try await broker.entity(Town.gauge) == nil)
            try await broker.apply([Town.level(3, at: 0)], source: "test")
            #expect(try await broker.entity(Town.gauge)?["waterLevel"]?.value == 3)
        }
    }

    @Test("ほかの表の書き込みと同じ取引に入る", arguments: TestEngine.available)
    func inAnotherTransaction(engine: TestEngine) async throws {
        struct Refusal: Error {}
        try await TestBrokers.with(engine) { broker in
            await #expect(throws: Refusal.self) {
                try await broker.store.write { transaction in
                    try broker.apply([Town.level(2, at: 0)], source: "test", in: transaction)
                    throw Refusal()
                }
            }
            #expect(try await broker.entity(Town.gauge) == nil)
            try await broker.store.write { transaction in
                try broker.apply([Town.level(4, at: 0)], source: "test", in: transaction)
                try broker.apply([Town.level(5, at: 1)], source: "test", in: transaction)
            }
            #expect(try await broker.entity(Town.gauge)?["waterLevel"]?.value == 5)
        }
    }

    @Test("すべての種類の値が書いた通りに戻る", arguments: TestEngine.available)
    func roundTrip(engine: TestEngine) async throws {
        let id = EntityID(type: "Thing", name: "1")
        let values: [(String, Attribute)] = [
            ("integer", .property(42)), ("large", .property(.integer(Int64.max))),
            ("number", .property(0.125)), ("text", .property("水位")),
            ("flag", .property(true)), ("nothing", .property(.null)),
            ("list", .property([1, "二", false])),
            ("object", .property(["b": 1, "a": ["c": "d"]])),
            ("nul", .property("a\u{0}b")),
            ("link", .relationship(Town.gauge)),
            ("words", .text(LocalizedText("橋", easy: "はし", en: "Bridge"))),
            (
                "place",
                .place(
                    .lineString([
                        GeoPoint(latitude: 32.2, longitude: 130.7),
                        GeoPoint(latitude: 32.3, longitude: 130.8),
                    ]))
            ),
            ("second", Attribute(.property, 7, datasetID: "urn:x:2")),
            (
                "deep",
                Attribute.property(1).adding(
                    "quality",
                    Attribute.property("manual", observedAt: Town.morning)
                        .adding("by", .relationship(Town.gauge)))
            ),
        ]
        try await TestBrokers.with(engine) { broker in
            try await broker.create(
                Entity(
                    id: id, types: ["Thing", "Other"], scopes: ["/a/b"],
                    attributes: values.map { NamedAttribute($0.0, $0.1) }), source: "test")
            let stored = try #require(try await broker.entity(id))
            #expect(stored.types == ["Thing", "Other"])
            #expect(stored.scopes == ["/a/b"])
            for (name, attribute) in values {
                var back = try #require(stored[name])
                back.createdAt = nil
                back.modifiedAt = nil
                #expect(back == attribute, "\(name)")
            }
        }
    }
}
