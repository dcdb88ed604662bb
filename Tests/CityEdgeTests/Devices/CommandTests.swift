import CityBroker
import CityKernel
import CityStore
import CityTesting
import Testing

@testable import CityEdge

@Suite("機器への指令")
struct CommandTests {
    @Test("属性に書くと指令になり、届くと空き、返事で終わる", arguments: TestEngine.available)
    func life(engine: TestEngine) async throws {
        try await TestDevices.with(engine) { devices in
            try await devices.provisionLamp()
            #expect(try await devices.value("dim") == CommandState.emptySlot)
            #expect(try await devices.value("dim_status") == "UNKNOWN")
            for round in 1...2 {
                try await devices.command(40)
                #expect(try await devices.value("dim_status") == "PENDING")
                let command = try #require(try await Self.waiting(devices))
                let (found, known) = try #require(try await devices.desk.deliverable(command.id))
                #expect(found.value == 40)
                try await devices.desk.noteDelivered(found, known)
                #expect(try await devices.value("dim_status") == "DELIVERED")
                // The slot is free: the same value commands once more.
                #expect(try await devices.value("dim") == CommandState.emptySlot)
                let result: JSONValue = round == 1 ? "dimmed" : "ERROR no power"
                try await devices.register.store(
                    Intake(also: [devices.desk.answering("dim", result, of: known)]), source: "t")
                #expect(try await devices.value("dim_status") == (round == 1 ? "OK" : "ERROR"))
                #expect(try await devices.value("dim_info") == result)
            }
        }
    }

    @Test("装置を直して保存しても、待っている指令は消えない")
    func savedWhilePending() async throws {
        try await TestDevices.with { devices in
            try await devices.provisionLamp()
            try await devices.command(40)
            try await devices.provisionLamp()
            #expect(try await devices.value("dim_status") == "PENDING")
            #expect(try await devices.value("dim") == 40)
        }
    }

    @Test("期限を過ぎた指令は届けず、失敗として示す")
    func expiry() async throws {
        try await TestDevices.with { devices in
            try await devices.provisionLamp()
            try await devices.command(10)
            let command = try #require(try await Self.waiting(devices))
            devices.clock.advance(by: .seconds(61))
            #expect(try await devices.desk.deliverable(command.id) == nil)
            #expect(try await devices.desk.expire() == 1)
            #expect(try await devices.value("dim_status") == "ERROR")
            #expect(try await devices.value("dim") == CommandState.emptySlot)
            #expect(try await devices.desk.expire() == 0)
        }
    }

    @Test("待っていない返事は、装置の記録に残る")
    func strayAnswer() async throws {
        try await TestDevices.with { devices in
            try await devices.provisionLamp()
            let known = try devices.register.book.get(
                "lamp1", key: TestDevices.key, at: devices.clock.now)
            try await devices.register.store(
                Intake(also: [devices.desk.answering("dim", "done", of: known)]), source: "t")
            #expect(try await devices.register.state(of: "lamp1").refused == 1)
            #expect(try await devices.value("dim_status") == "UNKNOWN")
        }
    }

    @Test("取りに来る装置には、待っている指令を古い順に渡す")
    func polling() async throws {
        try await TestDevices.with { devices in
            try await devices.provisionLamp(speech: .ultraLight, transport: .polling)
            try await devices.command(10)
            try await devices.command(["level": 20, "fade": "slow"])
            let known = try devices.register.book.get(
                "lamp1", key: TestDevices.key, at: devices.clock.now)
            let commands = try await devices.desk.take(for: known)
            #expect(
                commands.map(UltraLight.command)
                    == ["lamp1@dim|10", "lamp1@dim|level=20|fade=slow"])
            #expect(try await devices.value("dim_status") == "DELIVERED")
            #expect(try await devices.desk.take(for: known).isEmpty)
        }
    }

    private static func waiting(_ devices: TestDevices) async throws -> Command? {
        try await devices.register.store.read {
            try CommandStore.listPending(of: "lamp1", limit: 10, in: $0).first
        }
    }
}
