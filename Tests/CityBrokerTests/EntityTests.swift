import CityBroker
import CityKernel
import CityStore
import CityTesting
import Testing

@Suite("実体の一生")
struct EntityTests {
    private let lamp = Town.lamp("1", brightness: 10)

    @Test("二度作ることはできない", arguments: TestEngine.available)
    func createTwice(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await broker.create(lamp, source: "test")
            await #expect(throws: BrokerError.alreadyExists(lamp.id)) {
                try await broker.create(lamp, source: "test")
            }
        }
    }

    @Test("消したものは無くなり、履歴は残り、また作れる", arguments: TestEngine.available)
    func deleteAndCreate(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await broker.create(lamp, source: "test")
            let deleted = try await broker.delete(lamp.id, source: "test")
            #expect(deleted.changed == [lamp.id])
            #expect(try await broker.entity(lamp.id) == nil)
            #expect(try await broker.entities(EntityQuery(type: "Lamp")).entities.isEmpty)
            await #expect(throws: BrokerError.notFound(lamp.id)) {
                try await broker.delete(lamp.id, source: "test")
            }
            let later = Town.morning + .minutes(1)
            let created = try await broker.create(
                Town.lamp("1", brightness: 20), source: "test", at: later)
            #expect(created.created == [lamp.id])
            #expect(try await broker.entity(lamp.id)?.createdAt == later)
            let history = try await broker.history(
                of: lamp.id, "brightness", in: Town.morning...later, limit: 10)
            #expect(history.last?.value == 20)
        }
    }

    @Test("置き換えると、書かれていない属性は消える", arguments: TestEngine.available)
    func replace(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await broker.create(lamp, source: "test")
            var other = Entity(id: lamp.id, types: ["Lamp", "Sign"])
            other.attributes = [NamedAttribute("colour", .property("red"))]
            try await broker.replace(other, source: "test")
            let stored = try #require(try await broker.entity(lamp.id))
            #expect(stored.attributes.map(\.name) == ["colour"])
            #expect(stored.types == ["Lamp", "Sign"])
            #expect(try await broker.entities(EntityQuery(type: "Sign")).entities.count == 1)
        }
    }

    @Test("属性を消す", arguments: TestEngine.available)
    func deleteAttribute(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await broker.create(lamp, source: "test")
            try await broker.deleteAttribute("brightness", of: lamp.id, source: "test")
            #expect(try await broker.entity(lamp.id)?.attributes.isEmpty == true)
            await #expect(throws: BrokerError.attributeNotFound(lamp.id, "brightness")) {
                try await broker.deleteAttribute("brightness", of: lamp.id, source: "test")
            }
        }
    }

    @Test("戻した部分は、後の書き込みを壊さない", arguments: TestEngine.available)
    func savepoint(engine: TestEngine) async throws {
        struct Refusal: Error {}
        try await TestBrokers.with(engine) { broker in
            try await broker.write(source: "test") { work in
                #expect(throws: Refusal.self) {
                    try work.savepoint {
                        try work.create(Town.lamp("undone", brightness: 1))
                        throw Refusal()
                    }
                }
                try work.create(Town.lamp("kept", brightness: 1))
            }
            let page = try await broker.entities(EntityQuery(type: "Lamp"))
            #expect(page.entities.map(\.id.name) == ["kept"])
            try await broker.create(Town.lamp("undone", brightness: 2), source: "test")
            let lamps = try await broker.entities(EntityQuery(type: "Lamp")).entities
            #expect(lamps.map(\.id.name) == ["kept", "undone"])
            #expect(lamps.map { $0["brightness"]?.value } == [1, 2])
        }
    }

    @Test("変わったことが聞く人に届く")
    func changes() async throws {
        try await TestBrokers.with { broker in
            var news = broker.changes().makeAsyncIterator()
            try await broker.create(lamp, source: "test")
            try await broker.delete(lamp.id, source: "test")
            let created = try #require(await news.next())
            #expect(created.entityID == lamp.id)
            #expect(created.attributes == ["brightness"])
            #expect(!created.isDeletion)
            let deleted = try #require(await news.next())
            #expect(deleted.isDeletion)
            #expect(deleted.sequence > created.sequence)
        }
    }
    @Test(
        "ほかの過程が変えたことも届く",
        arguments: TestEngine.available.filter { $0 == .postgreSQL })
    func changesOfOthers(engine: TestEngine) async throws {
        let configuration = StoreConfiguration(
            location: try TestStores.makeLocation(engine), durability: .relaxed)
        try await TestStores.with(configuration) { store in
            try await store.migrate(Broker.migrations)
            let other = try await TestStores.open(configuration)
            let broker = try TestBrokers.make(on: store)
            var news = broker.changes().makeAsyncIterator()
            let listening = Task { await broker.run() }
            let stranger = try TestBrokers.make(on: other)
            // Listening begins at its own pace: the stranger speaks until it is heard.
            let speaking = Task {
                for number in 0..<Int64.max {
                    let fact = Fact(
                        lamp.id, type: "Lamp", "brightness", .property(.integer(number)))
                    try await stranger.apply([fact], source: "test")
                    // A pause between two words: without it the listener may never get a turn.
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            let heard = try #require(await news.next())
            speaking.cancel()
            listening.cancel()
            _ = await speaking.result
            await other.close()
            #expect(heard.entityID == lamp.id)
            #expect(heard.attributes == ["brightness"])
        }
    }
}
