import CityBroker
import CityEdge
import CityKernel
import CityTesting
import CityVocabulary
import Logging
import ServiceLifecycle
import Testing

@Suite("橋のあかりの送り手")
struct LampSenderTests {
    private static let commandID = EntityID(type: LampCommand.entityType, name: "mizunote")
    private static let stateID = EntityID(type: LampState.entityType, name: "mizunote")

    private static func command(
        _ hex: String, _ pattern: LampCommand.Pattern = .steady
    ) throws -> LampCommand {
        LampCommand(
            id: commandID, colour: try #require(LampCommand.Colour(hex: hex)), pattern: pattern,
            isAlert: true, schemeID: "s", reason: LocalizedText("理由"),
            since: Timestamp(seconds: 0))
    }

    private static func configuration() throws -> LampConfiguration {
        try LampConfiguration(
            patch: BridgePatch(
                bridge: "mizunote",
                fixtures: [.init(id: "a", universe: 1, startChannel: 1, count: 1)]),
            commandID: commandID)
    }

    private static func running(
        _ lamp: FakeLamp, _ broker: Broker, _ body: () async throws -> Void
    ) async throws {
        let sender = DrillLampSender(
            try configuration(),
            destination: try LoopbackDestination(wire: .sacn, port: lamp.port), broker: broker,
            clock: SystemClock(), logger: .quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sender.run() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// How soon is measured by `./bench --only light`, not here.
    @Test("命令が変わるたびに、新しい色のパケットが届く")
    func everyCommandArrives() async throws {
        try await TestBroker.with { broker in
            let lamp = try await FakeLamp()
            try await broker.apply(try Self.command("#FFFFFF").facts, source: "test")
            try await Self.running(lamp, broker) {
                _ = await lamp.next { $0.slots == [255, 255, 255] }
                for number in 1...200 {
                    let red = UInt8(number)
                    let hex = LampCommand.Colour(red: red, green: 0, blue: 0).hex
                    try await broker.apply(try Self.command(hex).facts, source: "test")
                    _ = try #require(await lamp.next { $0.slots == [red, 0, 0] })
                }
            }
            try await lamp.close()
        }
    }

    @Test("始まる前の命令も灯り、点滅は消えて灯り、何を送ったかが街に残る")
    func restartAndState() async throws {
        try await TestBroker.with { broker in
            let lamp = try await FakeLamp()
            try await broker.apply(try Self.command("#FF0000", .flash).facts, source: "test")
            try await Self.running(lamp, broker) {
                let lit = try #require(await lamp.next { $0.slots == [255, 0, 0] })
                #expect(lit.priority == 150)
                #expect(lit.options == 0x80)
                let dark = try #require(await lamp.next { $0.slots == [0, 0, 0] })
                let again = try #require(await lamp.next { $0.slots == [255, 0, 0] })
                #expect(dark.at - lit.at >= .milliseconds(300))
                #expect(again.at - dark.at >= .milliseconds(300))
                try await until { try await broker.entity(Self.stateID) != nil }
            }
            let entity = try #require(try await broker.entity(Self.stateID))
            let state = try LampState(entity)
            #expect(state.colour?.hex == "#FF0000")
            #expect(state.pattern == .flash)
            #expect(state.isDrill)
            #expect(state.lastError == nil)
            try await lamp.close()
        }
    }
}
