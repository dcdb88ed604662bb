import CityBroker
import CityKernel
import CityStore

/// One value as a device told it, under the name that the device uses.
struct Measured: Sendable, Hashable {
    var name: String
    var value: JSONValue
}

/// What one message says of one moment.
struct Measures: Sendable, Hashable {
    /// Of one message; more are refused.
    static let valuesMax = 200

    var values: [Measured]
    /// `nil` when the message names no time.
    var observedAt: Timestamp?
    var radio: Radio?
}

/// How a LoRaWAN message came in.
struct Radio: Sendable, Hashable {
    var frameCounter: Int64?
    /// Of the best gateway.
    var rssi: Double?
    var snr: Double?
    var gateways = 0
}

/// What one message brings: facts, and what else commits with them.
struct Intake: Sendable {
    var facts: [Fact] = []
    /// Rows of the edge that commit with the facts; it may run again when the commit is retried.
    var also: [@Sendable (any Transaction, Broker) throws -> Void] = []
}
