import CityKernel
import Testing

@testable import CityEdge

@Suite("LoRaWANのバイト列の読み方")
struct PayloadDecoderTests {
    private static func value(_ field: PayloadField, _ bytes: [UInt8]) -> JSONValue? {
        field.value(in: bytes)
    }

    @Test("位置・長さ・並び・符号・倍率・ビットのとおりに読む")
    func fields() throws {
        let bytes: [UInt8] = [0xFF, 0x38, 0x34, 0x12, 0b1010_0110, 0x80, 0, 0, 0]
        let cases: [(PayloadField, JSONValue)] = [
            (try PayloadField(name: "t", offset: 0, length: 2, isSigned: true, scale: 0.01), -2),
            (try PayloadField(name: "a", offset: 2, length: 2), 0x3412),
            (try PayloadField(name: "b", offset: 2, length: 2, isLittleEndian: true), 0x1234),
            (try PayloadField(name: "c", offset: 4, length: 1, bitFirst: 1, bitCount: 2), 3),
            (
                try PayloadField(
                    name: "d", offset: 4, length: 1, isSigned: true, bitFirst: 5, bitCount: 3), -3
            ),
            (try PayloadField(name: "e", offset: 5, length: 4, isSigned: true), -2_147_483_648),
            (try PayloadField(name: "f", offset: 1, length: 1, scale: 0.1), 5.6),
            (
                try PayloadField(name: "g", offset: 1, length: 8),
                .integer(Int64(bitPattern: 0x3834_12A6_8000_0000))
            ),
        ]
        for (field, expected) in cases {
            #expect(Self.value(field, bytes) == expected, "\(field.name)")
        }
    }

    @Test("電文の外の項目は読まず、ほかのポートの項目も読まない")
    func outside() throws {
        let decoder = PayloadDecoder.fields([
            try PayloadField(name: "a", port: 2, offset: 0, length: 1),
            try PayloadField(name: "b", port: 3, offset: 0, length: 1),
            try PayloadField(name: "c", offset: 1, length: 4),
        ])
        #expect(try decoder.decode([7], port: 2) == [Measured(name: "a", value: 7)])
        #expect(throws: DeviceRefusal.payloadTooShort) { try decoder.decode([], port: 2) }
        let tooLong = [UInt8](repeating: 0, count: PayloadDecoder.payloadBytesMax + 1)
        #expect(throws: DeviceRefusal.payloadTooLarge) { try decoder.decode(tooLong, port: 2) }
    }

    @Test("Cayenne LPPを読み、知らない種類は断る")
    func cayenne() throws {
        let bytes: [UInt8] = [
            0x03, 0x67, 0x01, 0x10, 0x05, 0x67, 0xFF, 0xD7, 0x01, 0x88, 0x06, 0x76, 0x5F, 0xF2,
            0x96, 0x0A, 0x00, 0x03, 0xE8, 0x02, 0x68, 0x5B,
        ]
        let values = try PayloadDecoder.cayenneLPP.decode(bytes, port: nil)
        #expect(
            values.map(\.name) == [
                "temperature_3", "temperature_5", "gps_1", "relative_humidity_2",
            ])
        #expect(values[0].value == 27.2)
        #expect(values[1].value == -4.1)
        #expect(values[2].value == ["latitude": 42.3519, "longitude": -87.9094, "altitude": 10])
        #expect(values[3].value == 45.5)
        #expect(throws: DeviceRefusal.payloadUnknown) {
            try PayloadDecoder.cayenneLPP.decode([1, 250, 0], port: nil)
        }
        #expect(throws: DeviceRefusal.payloadTooShort) {
            try PayloadDecoder.cayenneLPP.decode([1, 103, 0], port: nil)
        }
    }

    @Test("読み方の決めは、書いて読み直しても同じ。入らないビットは断る")
    func configuration() throws {
        let decoder = PayloadDecoder.fields([
            try PayloadField(
                name: "a", port: 2, offset: 3, length: 2, isLittleEndian: true, isSigned: true,
                bitFirst: 4, bitCount: 12, scale: 0.5)
        ])
        #expect(try PayloadDecoder(decoder.json) == decoder)
        #expect(throws: Problem.self) {
            try PayloadField(name: "a", offset: 0, length: 1, bitFirst: 4, bitCount: 5)
        }
        #expect(throws: Problem.self) { try PayloadField(name: "a", offset: 0, length: 9) }
    }
}
