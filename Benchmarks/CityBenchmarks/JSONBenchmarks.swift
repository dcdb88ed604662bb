import Benchmark
import CityKernel
import Foundation

private let entity = """
    {"id":"urn:ngsi-ld:WaterLevelObserved:hitoyoshi:hitoyoshi","type":"WaterLevelObserved",
    "name":{"type":"LanguageProperty","languageMap":{"ja":"人吉","en":"Hitoyoshi"}},
    "waterLevel":{"type":"Property","value":3.46,"unitCode":"MTR",
    "observedAt":"2024-06-23T18:20:00.000Z","quality":{"type":"Property","value":"measured"}},
    "location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[130.767,32.213]}}}
    """

/// Our parser beside Foundation's, on one entity and on a batch of a hundred.
func registerJSONBenchmarks() {
    for (name, text, count) in [
        ("one entity", entity, 20_000),
        (
            "100 entities", "[" + Array(repeating: entity, count: 100).joined(separator: ",") + "]",
            300
        ),
    ] {
        let bytes = Array(text.utf8)
        let data = Data(bytes)
        Benchmark("JSON: \(name), CityKernel") { benchmark in
            try benchmark.measure(count) { _ in blackHole(try JSONValue(parsing: bytes)) }
        }
        Benchmark("JSON: \(name), JSONSerialization") { benchmark in
            try benchmark.measure(count) { _ in
                blackHole(try JSONSerialization.jsonObject(with: data))
            }
        }
        Benchmark("JSON: \(name), JSONDecoder") { benchmark in
            let decoder = JSONDecoder()
            try benchmark.measure(count) { _ in
                blackHole(try decoder.decode(AnyJSON.self, from: data))
            }
        }
    }
}

/// Any JSON by Codable: what one writes when no parser of one's own is at hand.
private enum AnyJSON: Decodable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([AnyJSON])
    case object([String: AnyJSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode([AnyJSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: AnyJSON].self))
        }
    }
}
