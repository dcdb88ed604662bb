import CityBroker
import CityKernel
import CityStore
import CityTesting
import CityVocabulary
import Logging
import ServiceLifecycle
import Testing

@testable import CityEdge

@Suite("MQTTの受け口", .serialized)
struct MqttFeedTests {
    private static let gauge = EntityID(type: "WaterLevelObserved", name: "90")
    private static let start = Timestamp(seconds: 1_719_100_800)

    private static func feed(_ broker: Broker, port: Int) throws -> MqttFeed {
        MqttFeed(
            try MqttConfiguration(host: "127.0.0.1", port: port, clientID: "city"),
            mappings: [try .standard(tenant: "hitoyoshi")], rules: .for(["90"]),
            broker: broker, clock: SystemClock(), logger: .quiet)
    }

    private static func publish(_ index: Int, _ publisher: MqttPublisher) {
        let time = (start + .seconds(index)).iso8601
        publisher.publish(
            "city/hitoyoshi/\(gauge.text)/attrs",
            "{\"waterLevel\": \(Double(index % 300) / 100), \"observedAt\": \"\(time)\"}")
    }

    private static func storedLevels(_ broker: Broker) async throws -> [Int?] {
        try await broker.history(
            of: gauge, "waterLevel", in: start...(start + .days(1)), limit: 100_000
        ).map(WaterLevelObserved.levelCentimetres)
    }

    /// Runs `body` while the feed runs; both end together.
    private static func running(
        _ feed: MqttFeed, _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await feed.run() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test("サーバーが途中で止まっても、QoS 1 の知らせは一つも失われない")
    func serverRestarts() async throws {
        let count = 3_000
        try await TestBroker.with { broker in
            let server = try MosquittoServer()
            let feed = try Self.feed(broker, port: server.port)
            try await Self.running(feed) {
                try await until { feed.health.isConnected }
                let publisher = MqttPublisher(port: server.port)
                var stops: Int64 = 0
                for index in 0..<count {
                    Self.publish(index, publisher)
                    if index == 1_000 || index == 2_000 {
                        // The city is there each time the server goes.
                        try await until { feed.health.connections > stops }
                        stops += 1
                        // Somewhere in the middle of what was published so far.
                        try await publisher.waitForAcknowledgements(index - 500)
                        server.stop()
                        try server.start()
                    }
                }
                try await publisher.waitForAcknowledgements(count)
                try await until { try await Self.storedLevels(broker).count == count }
                publisher.close()
            }
            let levels = try await Self.storedLevels(broker)
            #expect(levels == (0..<count).map { $0 % 300 })
            #expect(feed.health.connections >= 3)
            #expect(feed.health.refused == 0)
            print("MQTT: \(count) messages in \(feed.health.batches) transactions")
            try server.remove()
        }
    }

    @Test("保存できないうちは受け取ったと言わず、あとで全部が届く")
    func unacknowledgedUntilStored() async throws {
        let count = 100
        let server = try MosquittoServer()
        // A database without tables refuses every write.
        try await TestStores.with { store in
            let broken = try Broker(
                store: store, rules: [], clock: SystemClock(), logger: .quiet)
            let feed = try Self.feed(broken, port: server.port)
            try await Self.running(feed) {
                try await until { feed.health.isConnected }
                let publisher = MqttPublisher(port: server.port)
                for index in 0..<count { Self.publish(index, publisher) }
                try await publisher.waitForAcknowledgements(count)
                try await until { feed.health.connections >= 2 }
                publisher.close()
            }
            #expect(feed.health.stored == 0)
        }
        try await TestBroker.with { broker in
            let feed = try Self.feed(broker, port: server.port)
            try await Self.running(feed) {
                try await until { try await Self.storedLevels(broker).count == count }
            }
        }
        try server.remove()
    }

    @Test("壊れた知らせは理由とともに残り、ほかの知らせを止めない")
    func refusals() async throws {
        try await TestBroker.with { broker in
            let server = try MosquittoServer()
            let feed = try Self.feed(broker, port: server.port)
            try await Self.running(feed) {
                try await until { feed.health.isConnected }
                let publisher = MqttPublisher(port: server.port)
                for index in 0..<MqttFeed.refusalsMax + 10 {
                    publisher.publish("city/hitoyoshi/\(Self.gauge.text)/attrs", "{\(index)")
                }
                Self.publish(1, publisher)
                try await until { try await Self.storedLevels(broker).count == 1 }
                publisher.close()
            }
            let health = feed.health
            #expect(health.refused == Int64(MqttFeed.refusalsMax + 10))
            #expect(health.refusedByReason == ["notJSON": health.refused])
            #expect(health.refusals.count == MqttFeed.refusalsMax)
            #expect(health.refusals.last?.excerpt == "{\(MqttFeed.refusalsMax + 9)")
            try server.remove()
        }
    }

    @Test("TLSと合言葉のあるサーバーから読め、合言葉が違えば断られたとわかる")
    func guardedServer() async throws {
        try await TestBroker.with { broker in
            let server = try MosquittoServer.guarded(user: "city", password: "right")
            func feed(_ password: String) throws -> MqttFeed {
                MqttFeed(
                    try MqttConfiguration(
                        host: "127.0.0.1", port: server.port, clientID: "city",
                        login: .init(user: "city", password: password),
                        tls: .init(authorityFile: server.authorityFile)),
                    mappings: [try .standard(tenant: "hitoyoshi")], rules: .for(["90"]),
                    broker: broker, clock: SystemClock(), logger: .quiet)
            }
            let stranger = try feed("wrong")
            try await Self.running(stranger) {
                try await until { stranger.health.lastFailure != nil }
            }
            #expect(stranger.health.connections == 0)
            #expect(stranger.health.lastFailure?.contains("not authorised") == true)

            let friend = try feed("right")
            try await Self.running(friend) {
                try await until { friend.health.isConnected }
                let publisher = MqttPublisher(
                    port: server.port, login: ("city", "right"),
                    authorityFile: server.authorityFile)
                for index in 0..<200 { Self.publish(index, publisher) }
                try await until { try await Self.storedLevels(broker).count == 200 }
                publisher.close()
            }
            try server.remove()
        }
    }
}
