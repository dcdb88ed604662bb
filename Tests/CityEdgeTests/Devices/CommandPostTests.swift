import CityBroker
import CityKernel
import CityStore
import CityTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import CityEdge

@Suite("HTTPと下りで送る指令")
struct CommandPostTests {
    private static func provision(
        _ devices: TestDevices, _ transport: DeviceModel.Transport, _ url: String
    ) async throws {
        try await devices.register.keep(
            try DeviceModel(
                id: "lamp-x", name: "街灯 X", entityType: "Streetlight",
                speech: transport == .http ? .json : .lorawan, transport: transport, measures: [],
                commands: ["dim"], commandSecondsMax: 60, commandURL: url + "/cmd/{device}",
                commandKey: "secret", commandPort: 15),
            by: "staff:1")
        try await devices.register.keep(
            try Device(
                id: "lamp1", modelID: "lamp-x", name: "一番の街灯", key: TestDevices.key,
                entityID: TestDevices.lamp), by: "staff:1")
    }

    private static func send(_ devices: TestDevices, _ value: JSONValue) async throws {
        try await devices.command(value)
        let waiting = try await devices.register.store.read {
            try CommandStore.listPending(of: "lamp1", limit: 1, in: $0).first
        }
        let sender = CommandSender(
            desk: devices.desk, sender: nil,
            outbound: OutboundClient(OutboundGuard.publicOnly.openToLoopback()))
        try await sender.deliver(try #require(waiting).id)
    }

    @Test("装置のアドレスへ鍵とともに送り、断られれば失敗、留守なら後でまた送る")
    func http() async throws {
        let status = Recorder<HTTPResponse.Status>()
        let device = FakeSubscriber { _ in status.elements.last ?? .ok }
        try await device.serving { address in
            try await TestDevices.with { devices in
                try await Self.provision(devices, .http, address)
                try await Self.send(devices, 40)
                let parcel = try #require(device.parcels.elements.last)
                #expect(parcel.path == "/cmd/lamp1")
                #expect(parcel.body == ["dim": 40])
                #expect(parcel.headers[.authorization] == "Bearer secret")
                #expect(try await devices.value("dim_status") == "DELIVERED")
                #expect(try await devices.value("dim") == CommandState.emptySlot)
                status.record(.notFound)
                try await Self.send(devices, 50)
                #expect(try await devices.value("dim_status") == "ERROR")
                #expect(try await devices.value("dim_info") == "HTTP 404")
                status.record(.serviceUnavailable)
                await #expect(throws: DeliveryError.self) { try await Self.send(devices, 60) }
                #expect(try await devices.value("dim_status") == "PENDING")
            }
        }
    }

    @Test("市のネットワークの中へは送らず、失敗として示す")
    func guarded() async throws {
        try await TestDevices.with { devices in
            try await Self.provision(devices, .http, "http://10.0.0.1")
            try await Self.send(devices, 40)
            #expect(try await devices.value("dim_status") == "ERROR")
        }
    }

    @Test("下りは、16進なら中身そのもの、ほかはネットワークサーバーの符号化に任せる")
    func downlinks() async throws {
        let server = FakeSubscriber()
        try await server.serving { address in
            try await TestDevices.with { devices in
                try await Self.provision(devices, .theThingsStack, address)
                try await Self.send(devices, "0A01")
                let first = server.parcels.elements.last?.body["downlinks"]?.array?.first
                #expect(first?["frm_payload"] == "CgE=")
                #expect(first?["f_port"] == 15 && first?["confirmed"] == true)
                try await Self.provision(devices, .chirpStack, address)
                try await Self.send(devices, ["level": 3])
                let parcel = try #require(server.parcels.elements.last)
                #expect(parcel.body["queueItem"]?["object"] == ["dim": ["level": 3]])
                let name = try #require(HTTPField.Name("Grpc-Metadata-Authorization"))
                #expect(parcel.headers[name] == "Bearer secret")
            }
        }
    }

    @Test("受領の知らせで指令が終わり、届かなければ失敗する")
    func acknowledgements() async throws {
        let server = FakeSubscriber()
        try await server.serving { address in
            try await TestDevices.with { devices in
                try await Self.provision(devices, .theThingsStack, address)
                let router = Router()
                LorawanDoor(register: devices.register, access: .open, desk: devices.desk)
                    .addRoutes(to: router)
                try await Application(router: router).test(.router) { client in
                    func tell(_ path: String, _ text: String) async throws {
                        let answer = try await client.execute(
                            uri: path, method: .post, body: ByteBuffer(string: text))
                        #expect(answer.status == .noContent)
                    }
                    try await Self.send(devices, "01")
                    try await tell(
                        "/lorawan/ttn",
                        #"{"end_device_ids":{"dev_eui":"LAMP1"},"downlink_ack":{"f_port":15}}"#)
                    #expect(try await devices.value("dim_status") == "OK")
                    try await Self.send(devices, "02")
                    try await tell(
                        "/lorawan/chirpstack?event=ack",
                        #"{"deviceInfo":{"devEui":"lamp1"},"acknowledged":false}"#)
                    #expect(try await devices.value("dim_status") == "ERROR")
                    // Nothing waits any more: the news are of no use, and harm nobody.
                    try await tell(
                        "/lorawan/ttn",
                        #"{"end_device_ids":{"dev_eui":"lamp1"},"downlink_nack":{}}"#)
                }
            }
        }
    }

    @Test(
        "使えないアドレス・鍵・ポートは断る",
        arguments: [
            ("ftp://x/", "k", 1), ("", "k", 1), ("https://x/", "k\n", 1), ("https://x/", "k", 224),
        ])
    func refusals(url: String, key: String, port: Int) {
        #expect(throws: Problem.self) {
            try DeviceModel(
                id: "m", name: "m", entityType: "Lamp", transport: .http, measures: [],
                commandURL: url, commandKey: key, commandPort: port)
        }
    }
}
