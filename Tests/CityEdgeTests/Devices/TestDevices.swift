import CityBroker
import CityIdentity
import CityKernel
import CityTesting
import CityVocabulary

@testable import CityEdge

/// A register of devices on a real database, with one model and one device.
struct TestDevices {
    static let morning = TestStores.morning
    static let key = "key-of-the-lamp"
    static let lamp = EntityID(type: "Streetlight", name: "hitoyoshi:1")

    let register: DeviceRegister
    let desk: CommandDesk
    let broker: Broker
    let clock: ManualClock

    @discardableResult
    static func with<Value>(
        _ engine: TestEngine = .sqlite, _ body: (TestDevices) async throws -> Value
    ) async throws -> Value {
        let clock = ManualClock(morning)
        return try await TestStores.with(
            engine, clock: clock,
            migrations: Broker.migrations + Identity.migrations + DeviceRegister.migrations
        ) { store in
            let broker = try Broker(store: store, rules: [], clock: clock, logger: .quiet)
            let register = DeviceRegister(
                store: store, broker: broker, clock: clock, cityID: "hitoyoshi",
                types: TypeGuard { $0 == "Shelter" ? "避難所" : nil }, rules: .for(["90"]),
                logger: .quiet)
            let desk = CommandDesk(register: register)
            broker.add(desk)
            return try await body(
                TestDevices(register: register, desk: desk, broker: broker, clock: clock))
        }
    }

    /// Lamp 1 of 人吉: dims, tells its temperature.
    func provisionLamp(
        speech: DeviceModel.Speech = .json, transport: DeviceModel.Transport = .mqtt
    ) async throws {
        try await register.keep(
            try DeviceModel(
                id: "lamp-x", name: "街灯 X", entityType: "Streetlight", speech: speech,
                transport: transport,
                measures: [
                    MeasureMapping(
                        measure: "t", attribute: "temperature", unitCode: "CEL", minimum: -40,
                        maximum: 80),
                    MeasureMapping(
                        measure: "w", attribute: "power", unitCode: "KWT", factor: 0.001),
                    MeasureMapping(measure: "on", attribute: "isLit", kind: .boolean),
                    MeasureMapping(measure: "gps", attribute: "location", kind: .place),
                    MeasureMapping(measure: "bat", attribute: "batteryLevel", factor: 0.01),
                ],
                commands: ["dim"], commandSecondsMax: 60, silentAfterSeconds: 600),
            by: "staff:1")
        try await register.keep(
            try Device(
                id: "lamp1", modelID: "lamp-x", name: "一番の街灯", key: Self.key,
                entityID: Self.lamp), by: "staff:1")
    }

    func value(_ name: String) async throws -> JSONValue? {
        try await broker.entity(Self.lamp)?[name]?.value
    }

    /// What somebody's NGSI-LD PATCH of the command's attribute does.
    func command(_ value: JSONValue) async throws {
        try await broker.apply(
            [Fact(Self.lamp, type: "Streetlight", "dim", .property(value))], source: "api")
    }
}
