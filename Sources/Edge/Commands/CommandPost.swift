import AsyncHTTPClient
import CityKernel
import Foundation
import NIOCore
import NIOHTTP1

/// A command as HTTP brings it: to the device itself, or as a downlink to its LoRaWAN network server.
struct CommandPost: Sendable, Hashable {
    static let timeoutSecondsMax: Int64 = 10
    static let answerBytesMax = 65_536

    var url: String
    var headers: [String: String]
    var body: JSONValue

    /// - Returns: `nil` when commands of the model do not leave by HTTP.
    init?(_ command: Command, _ model: DeviceModel) {
        url = model.commandURL(of: command.device)
        headers = ["Idempotency-Key": "command-\(command.id)"]
        if !model.commandKey.isEmpty { headers["Authorization"] = "Bearer \(model.commandKey)" }
        switch model.transport {
        case .mqtt, .polling: return nil
        case .http: body = [command.name: command.value]
        case .theThingsStack:
            var downlink = Self.payload(command, bytes: "frm_payload", object: "decoded_payload")
            downlink.append("f_port", .integer(Int64(model.commandPort)))
            downlink.append("priority", "NORMAL")
            downlink.append("confirmed", true)
            downlink.append(
                "correlation_ids", [.string("city:command:\(command.id)")])
            body = ["downlinks": [.object(downlink)]]
        case .chirpStack:
            var item = Self.payload(command, bytes: "data", object: "object")
            item.append("fPort", .integer(Int64(model.commandPort)))
            item.append("confirmed", true)
            body = ["queueItem": .object(item)]
            headers["Grpc-Metadata-Authorization"] = headers["Authorization"]
        }
    }

    /// Text of hexadecimal digits is the payload itself; anything else goes to the network server's own
    /// encoder, under the command's name.
    private static func payload(
        _ command: Command, bytes: String, object: String
    ) -> JSONObject {
        if let payload = command.value.string.flatMap(hexadecimal) {
            return JSONObject([(bytes, .string(Data(payload).base64EncodedString()))])
        }
        return JSONObject([(object, [command.name: command.value])])
    }

    private static func hexadecimal(_ text: String) -> [UInt8]? {
        guard !text.isEmpty, text.utf8.count.isMultiple(of: 2),
            text.utf8.count <= PayloadDecoder.payloadBytesMax * 2
        else { return nil }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while !rest.isEmpty {
            guard let byte = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    var request: HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            request.headers.replaceOrAdd(name: name, value: value)
        }
        request.body = .bytes(ByteBuffer(bytes: body.bytes))
        return request
    }
}
