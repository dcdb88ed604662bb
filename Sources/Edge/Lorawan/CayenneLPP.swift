import CityKernel

/// Cayenne Low Power Payload: `channel type value` again and again. Values are named
/// `<kind>_<channel>`, as `temperature_1`.
enum CayenneLPP {
    private struct Kind {
        var name: String
        /// Bytes of each number.
        var size: Int
        var isSigned: Bool
        var divisor: Double
        var axes: [(name: String, divisor: Double)] = []
    }

    private static let kinds: [UInt8: Kind] = [
        0: Kind(name: "digital_in", size: 1, isSigned: false, divisor: 1),
        1: Kind(name: "digital_out", size: 1, isSigned: false, divisor: 1),
        2: Kind(name: "analog_in", size: 2, isSigned: true, divisor: 100),
        3: Kind(name: "analog_out", size: 2, isSigned: true, divisor: 100),
        100: Kind(name: "generic", size: 4, isSigned: false, divisor: 1),
        101: Kind(name: "luminosity", size: 2, isSigned: false, divisor: 1),
        102: Kind(name: "presence", size: 1, isSigned: false, divisor: 1),
        103: Kind(name: "temperature", size: 2, isSigned: true, divisor: 10),
        104: Kind(name: "relative_humidity", size: 1, isSigned: false, divisor: 2),
        113: Kind(
            name: "accelerometer", size: 2, isSigned: true, divisor: 1,
            axes: [("x", 1_000), ("y", 1_000), ("z", 1_000)]),
        115: Kind(name: "barometric_pressure", size: 2, isSigned: false, divisor: 10),
        116: Kind(name: "voltage", size: 2, isSigned: false, divisor: 100),
        117: Kind(name: "current", size: 2, isSigned: false, divisor: 1_000),
        118: Kind(name: "frequency", size: 4, isSigned: false, divisor: 1),
        120: Kind(name: "percentage", size: 1, isSigned: false, divisor: 1),
        121: Kind(name: "altitude", size: 2, isSigned: true, divisor: 1),
        125: Kind(name: "concentration", size: 2, isSigned: false, divisor: 1),
        128: Kind(name: "power", size: 2, isSigned: false, divisor: 1),
        130: Kind(name: "distance", size: 4, isSigned: false, divisor: 1_000),
        131: Kind(name: "energy", size: 4, isSigned: false, divisor: 1_000),
        132: Kind(name: "direction", size: 2, isSigned: false, divisor: 1),
        133: Kind(name: "unix_time", size: 4, isSigned: false, divisor: 1),
        134: Kind(
            name: "gyrometer", size: 2, isSigned: true, divisor: 1,
            axes: [("x", 100), ("y", 100), ("z", 100)]),
        136: Kind(
            name: "gps", size: 3, isSigned: true, divisor: 1,
            axes: [("latitude", 10_000), ("longitude", 10_000), ("altitude", 100)]),
        142: Kind(name: "switch", size: 1, isSigned: false, divisor: 1),
    ]

    /// - Throws: `DeviceRefusal` for an unknown type (its length is not known, so nothing after it can
    ///   be read) or a value that is cut off.
    static func decode(_ bytes: [UInt8]) throws(DeviceRefusal) -> [Measured] {
        var values: [Measured] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.count >= 2 else { throw .payloadTooShort }
            let channel = rest.removeFirst()
            guard let kind = kinds[rest.removeFirst()] else { throw .payloadUnknown }
            let name = "\(kind.name)_\(channel)"
            if kind.axes.isEmpty {
                let number = try number(kind, from: &rest)
                values.append(Measured(name: name, value: value(number, kind.divisor)))
            } else {
                var object = JSONObject()
                for axis in kind.axes {
                    let number = try number(kind, from: &rest)
                    object.append(axis.name, value(number, axis.divisor))
                }
                values.append(Measured(name: name, value: .object(object)))
            }
        }
        guard !values.isEmpty else { throw .payloadTooShort }
        return values
    }

    private static func number(
        _ kind: Kind, from rest: inout ArraySlice<UInt8>
    ) throws(DeviceRefusal) -> Int64 {
        guard rest.count >= kind.size else { throw .payloadTooShort }
        var raw: Int64 = 0
        for _ in 0..<kind.size { raw = raw << 8 | Int64(rest.removeFirst()) }
        let unused = Int64(64 - kind.size * 8)
        return kind.isSigned ? (raw << unused) >> unused : raw
    }

    private static func value(_ number: Int64, _ divisor: Double) -> JSONValue {
        divisor == 1 ? .integer(number) : .number(Double(number) / divisor)
    }
}
