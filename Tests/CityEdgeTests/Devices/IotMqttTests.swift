import CMosquitto
import CityBroker
import CityKernel
import CityStore
import CityTesting
import Foundation
import Synchronization
import Testing

@testable import CityEdge

@Suite("装置とMQTTサーバー", .serialized)
struct IotMqttTests {
    @Test("開いているファイルが千を超えても、知らせは届き、指令は装置に着く")
    func manyFiles() async throws {
        let files = try Self.openManyFiles()
        defer { for file in files { close(file) } }
        try await TestDevices.with { devices in
            try await devices.provisionLamp()
            let server = try MosquittoServer()
            let feed = MqttFeed(
                try MqttConfiguration(host: "127.0.0.1", port: server.port, clientID: "city"),
                readers: [IotReader(register: devices.register, desk: devices.desk)],
                broker: devices.broker, clock: devices.clock, logger: .quiet)
            let sender = MqttSender(
                try MqttConfiguration(host: "127.0.0.1", port: server.port, clientID: "city-out"),
                clock: devices.clock)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await feed.run() }
                group.addTask { try await sender.run() }
                try await until("the feed is connected") { feed.health.isConnected }
                let lamp = MqttPublisher(port: server.port, clientID: "lamp1")
                for number in 1...50 {
                    lamp.publish("/json/\(TestDevices.key)/lamp1/attrs", "{\"t\": \(number)}")
                }
                try await lamp.waitForAcknowledgements(50)
                try await until("all is stored") {
                    try await devices.register.state(of: "lamp1").messages == 50
                }
                try await Self.commandAndAnswer(devices, sender, lamp)
                lamp.close()
                group.cancelAll()
                try await group.waitForAll()
            }
            try server.remove()
        }
    }

    private static func commandAndAnswer(
        _ devices: TestDevices, _ sender: MqttSender, _ lamp: MqttPublisher
    ) async throws {
        try await devices.command(70)
        let command = try #require(
            try await devices.register.store.read {
                try CommandStore.listPending(of: "lamp1", limit: 1, in: $0).first
            })
        try await CommandSender(desk: devices.desk, sender: sender, outbound: OutboundClient())
            .deliver(command.id)
        #expect(try await devices.value("dim_status") == "DELIVERED")
        lamp.publish("/\(TestDevices.key)/lamp1/cmdexe", #"{"dim": "at 70"}"#)
        try await until("the answer is stored") {
            try await devices.value("dim_status") == "OK"
        }
        #expect(try await devices.value("dim_info") == "at 70")
    }

    /// More open files than `select()` can see.
    private static func openManyFiles() throws -> [Int32] {
        var limits = rlimit()
        getrlimit(.init(RLIMIT_NOFILE.rawValue), &limits)
        if limits.rlim_cur < 4_096 {
            limits.rlim_cur = min(4_096, limits.rlim_max)
            setrlimit(.init(RLIMIT_NOFILE.rawValue), &limits)
        }
        var files: [Int32] = []
        while files.last ?? 0 <= 1_024 {
            let file = open("/dev/null", O_RDONLY)
            try #require(file >= 0, "the machine allows fewer than 1,024 open files")
            files.append(file)
        }
        return files
    }
}
