import CityBroker
import CityKernel
import CityStore
import CityTesting
import Testing

@Suite("終わりのある実体と属性")
struct ExpiryTests {
    private static let id = EntityID(type: "Notice", name: "1")
    private static let morning = TestStores.morning

    private static func notice(expiresAt: Timestamp?) -> Entity {
        var flash = Attribute.property("now")
        flash.expiresAt = morning + .minutes(1)
        var steady = Attribute.property("always")
        var sub = Attribute.property("soon")
        sub.expiresAt = morning + .minutes(1)
        steady.subAttributes = [NamedAttribute("hint", sub)]
        return Entity(
            id: id, types: ["Notice"],
            attributes: [NamedAttribute("flash", flash), NamedAttribute("steady", steady)],
            expiresAt: expiresAt)
    }

    @Test("終わった属性は消え、ほかは残る", arguments: TestEngine.available)
    func attributes(engine: TestEngine) async throws {
        let clock = ManualClock(Self.morning)
        try await TestBrokers.with(engine, clock: clock) { broker in
            try await broker.create(Self.notice(expiresAt: nil), source: "test")
            var entity = try #require(await broker.entity(Self.id))
            #expect(entity["flash"]?.expiresAt == Self.morning + .minutes(1))
            #expect(entity["steady"]?.sub("hint")?.expiresAt == Self.morning + .minutes(1))
            clock.advance(by: .minutes(1))
            entity = try #require(await broker.entity(Self.id))
            #expect(entity["flash"] == nil)
            #expect(entity["steady"]?.value == "always")
            #expect(entity["steady"]?.sub("hint") == nil)
            let past = try await broker.temporal(Self.id, TemporalQuery(property: .modifiedAt))
            #expect(past?.entities.first?.series.map(\.name) == ["steady"])
        }
    }

    @Test("終わった実体は消え、その名前はまた使える", arguments: TestEngine.available)
    func entities(engine: TestEngine) async throws {
        let clock = ManualClock(Self.morning)
        try await TestBrokers.with(engine, clock: clock) { broker in
            let notice = Self.notice(expiresAt: Self.morning + .minutes(5))
            try await broker.create(notice, source: "test")
            clock.advance(by: .minutes(4))
            #expect(try await broker.entity(Self.id) != nil)
            clock.advance(by: .minutes(1))
            #expect(try await broker.entity(Self.id) == nil)
            #expect(try await broker.entities(EntityQuery(type: "Notice")).entities.isEmpty)
            try await broker.create(Self.notice(expiresAt: nil), source: "test")
            clock.advance(by: .hours(24))
            #expect(try await broker.entity(Self.id) != nil)
        }
    }

    @Test("延ばした終わりは古い知らせに負けない")
    func postponed() async throws {
        let clock = ManualClock(Self.morning)
        try await TestBrokers.with(clock: clock) { broker in
            try await broker.create(
                Self.notice(expiresAt: Self.morning + .minutes(5)), source: "test")
            try await broker.write(source: "test") { work in
                try work.setExpiry(Self.morning + .hours(2), of: Self.id)
            }
            clock.advance(by: .hours(1))
            #expect(try await broker.entity(Self.id) != nil)
            try await broker.write(source: "test") { work in try work.setExpiry(nil, of: Self.id) }
            clock.advance(by: .hours(48))
            #expect(try await broker.entity(Self.id) != nil)
        }
    }

    @Test("もう一つのプロセスが書いた終わりも、じきに守られる")
    func shared() async throws {
        let clock = ManualClock(Self.morning)
        for engine in TestEngine.available where engine != .sqlite {
            try await TestBrokers.with(engine, clock: clock) { broker in
                #expect(try await broker.entity(Self.id) == nil)
                let store = try await TestStores.open(
                    StoreConfiguration(location: broker.store.location), clock: clock)
                let other = try TestBrokers.make(on: store, clock: clock)
                try await other.create(
                    Self.notice(expiresAt: clock.now + .minutes(5)), source: "other")
                clock.advance(by: .minutes(6))
                #expect(try await broker.entity(Self.id) == nil)
                await store.close()
            }
        }
    }
}
