import CityKernel
import CityStore
import CityTesting
import Testing

@testable import CityBroker

@Suite("覚えている実体")
struct EntityMemoryTests {
    private struct Undone: Error {}

    private static let ids = (0..<6).map { EntityID(type: "Lamp", name: "\($0)") }

    /// One of many things that may happen to a lamp; every third is undone in part or whole.
    private static func step(
        _ dice: inout SeededDice, _ broker: Broker
    ) async throws {
        let id = ids[dice.roll(ids.count)]
        let value = JSONValue.integer(Int64(dice.roll(50)))
        let name = "a\(dice.roll(4))"
        let minute = dice.roll(30)
        let act = dice.roll(9)
        let fate = dice.roll(6)
        do {
            try await broker.write(source: "test") { work in
                func change() throws {
                    let isKnown = try work.entity(id) != nil
                    switch act {
                    case 0 where !isKnown: try work.create(Town.lamp(id.name, brightness: 1))
                    case 1 where isKnown: try work.delete(id)
                    case 2 where isKnown: try work.setScopes(["/s\(minute)"], of: id)
                    case 3 where isKnown: try work.addTypes(["T\(minute % 3)"], to: id)
                    case 4 where isKnown:
                        try work.replace(Town.lamp(id.name, brightness: Int64(minute)))
                    case 5 where isKnown: try work.deleteAttribute("brightness", of: id)
                    case 6:
                        let at = Town.morning + .minutes(minute)
                        try work.apply([
                            Fact(id, type: "Lamp", name, .property(value, observedAt: at))
                        ])
                    default: try work.apply([Fact(id, type: "Lamp", name, .property(value))])
                    }
                }
                if fate == 0 {
                    try? work.savepoint {
                        try change()
                        throw Undone()
                    }
                    try work.apply([Fact(id, type: "Lamp", "kept", .property(value))])
                } else {
                    try change()
                    if fate == 1 { throw Undone() }
                }
            }
        } catch is Undone {
        } catch is BrokerError {
            // An attribute to delete that is not there.
        }
    }

    @Test("何があっても、覚えていることは台帳にあることと同じ", arguments: TestEngine.available)
    func sameAsRows(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            await withTaskGroup(of: Void.self) { group in
                for seed in 0..<8 {
                    group.addTask {
                        var dice = SeededDice(seed: UInt64(seed) + 1)
                        for _ in 0..<60 {
                            do {
                                try await Self.step(&dice, broker)
                                _ = try await broker.entity(Self.ids[dice.roll(Self.ids.count)])
                            } catch {
                                Issue.record(error)
                            }
                        }
                    }
                }
            }
            let fresh = try TestBrokers.make(on: broker.store)
            for id in Self.ids {
                let rows = try await fresh.read { try $0.entity(id) }
                #expect(try await broker.entity(id) == rows)
                #expect(try await broker.entity(id) == rows)
                let written = try await broker.write(source: "test") { try $0.entity(id) }
                #expect(written.value == rows)
            }
        }
    }

    @Test(
        "二つの過程が代わる代わる書いても、互いの書いたものを見る",
        arguments: TestEngine.available.filter { $0 == .postgreSQL })
    func twoWriters(engine: TestEngine) async throws {
        let configuration = StoreConfiguration(
            location: try TestStores.makeLocation(engine), durability: .relaxed)
        try await TestStores.with(configuration) { store in
            try await store.migrate(Broker.migrations)
            let other = try await TestStores.open(configuration)
            let brokers = [try TestBrokers.make(on: store), try TestBrokers.make(on: other)]
            let lamp = Town.lamp("1", brightness: 0)
            try await brokers[0].create(lamp, source: "test")
            for turn in 1...40 {
                let broker = brokers[(turn / 3) % 2]
                let before = try await broker.write(source: "test") { work in
                    let entity = try work.entity(lamp.id)
                    let fact = Fact(
                        lamp.id, type: "Lamp", "brightness", .property(.integer(Int64(turn))))
                    try work.apply([fact])
                    return entity?["brightness"]?.value
                }.value
                #expect(before == .integer(Int64(turn - 1)))
            }
            try await brokers[1].delete(lamp.id, source: "test")
            await #expect(throws: BrokerError.notFound(lamp.id)) {
                try await brokers[0].deleteAttribute("brightness", of: lamp.id, source: "test")
            }
            try await brokers[0].create(lamp, source: "test")
            await #expect(throws: BrokerError.alreadyExists(lamp.id)) {
                try await brokers[1].create(lamp, source: "test")
            }
            await other.close()
        }
    }

    @Test("覚えるのは決まった大きさの実体まで", arguments: TestEngine.available)
    func largeEntities(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let id = Self.ids[0]
            let count = EntityState.instancesMax + 5
            for number in 0..<count {
                try await broker.apply(
                    [Fact(id, type: "Lamp", "a\(number)", .property(.integer(1)))], source: "test")
            }
            try await broker.apply(
                [Fact(id, type: "Lamp", "a0", .property(.integer(2)))], source: "test")
            let entity = try #require(try await broker.entity(id))
            #expect(entity.attributes.count == count)
            #expect(entity["a0"]?.value == 2)
            #expect(broker.entities.find(id)?.state == nil)
        }
    }

    @Test("覚えきれなくなれば一部を忘れ、変えている最中のものは残す")
    func room() {
        let book = EntityBook()
        _ = book.begin(group: 1, epoch: 0)
        let held = book.hold(Self.ids[0])
        for number in 0...EntityBook.countMax {
            let id = EntityID(type: "Lamp", name: "x\(number)")
            if let ticket = book.holdForReading(id) {
                book.release(id, readingTicket: ticket, as: EntityRecord(key: 1, types: ["Lamp"]))
            }
        }
        #expect(book.count <= EntityBook.countMax)
        #expect(book.count > EntityBook.countMax / 2)
        #expect(book.holdForReading(Self.ids[0]) == nil)
        let record = EntityRecord(key: 7, types: ["Lamp"])
        book.release([HeldRecord(id: Self.ids[0], ticket: held, record: record)])
        #expect(book.find(Self.ids[0])?.key == 7)
        #expect(book.begin(group: 2, epoch: 1))
        #expect(book.find(Self.ids[0]) == nil)
    }
}

/// The same throws for the same seed (SplitMix64).
struct SeededDice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func roll(_ sides: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(sides))
    }
}
