import CityKernel

/// Makes of a message of NGSIv2 what leaves for its subscriber.
struct NGSIv2Delivery {
    let subscriptionID: String
    let terms: NGSIv2Terms

    /// - Throws: `JSONError` for a message that is damaged.
    func parcel(
        _ payload: [UInt8], id: String, _ endpoint: NotificationEndpoint
    ) throws -> NotificationParcel {
        let message = try NGSIv2Message(payload)
        let notification = terms.document["notification"]?.object ?? JSONObject()
        let body: JSONValue = [
            "subscriptionId": .string(NGSIv2SubscriptionCodec.text(ofID: subscriptionID)),
            "data": message.data,
        ]
        var parcel = NotificationParcel(
            endpoint: endpoint, mediaType: "application/json", link: nil, id: id,
            body: body.bytes)
        parcel.isBare = true
        var headers = [
            ("Ngsiv2-AttrsFormat", notification["attrsFormat"]?.string ?? "normalized"),
            ("Fiware-ServicePath", message.servicePath),
        ]
        if let service = terms.service { headers.append(("Fiware-Service", service)) }
        let custom = ["httpCustom", "mqttCustom"].compactMap { notification[$0]?.object }.first
        if let custom {
            var values = message.values
            values["service"] = values["service"] ?? terms.service.map(JSONValue.string)
            values["servicePath"] = values["servicePath"] ?? .string(message.servicePath)
            apply(custom, NGSIv2Macros(values), to: &parcel, &headers)
        }
        parcel.endpoint.receiverInfo += headers.map { .init(key: $0.0, value: $0.1) }
        return parcel
    }

    private func apply(
        _ custom: JSONObject, _ macros: NGSIv2Macros, to parcel: inout NotificationParcel,
        _ headers: inout [(String, String)]
    ) {
        parcel.method = custom["method"]?.string.map { macros.filled($0).uppercased() } ?? "POST"
        parcel.endpoint.uri = Self.address(custom, macros, parcel.endpoint.uri)
        if let payload = custom["payload"] {
            headers[0].1 = "custom"
            parcel.mediaType = "text/plain"
            let text = payload.string.map { macros.filled($0.percentUnescaped) } ?? ""
            parcel.body = Array(text.utf8)
        } else if let json = custom["json"] {
            headers[0].1 = "custom"
            parcel.body = macros.filled(json).bytes
        }
        for (name, value) in custom["headers"]?.object ?? JSONObject() {
            let name = macros.filled(name)
            let text = macros.filled((value.string ?? "").percentUnescaped).headerText
            if name.lowercased() == "content-type" {
                parcel.mediaType = text
            } else if EndpointReader.isHeaderName(name), !text.isEmpty {
                headers.removeAll { $0.0.lowercased() == name.lowercased() }
                headers.append((name, text))
            }
        }
    }

    private static func address(
        _ custom: JSONObject, _ macros: NGSIv2Macros, _ uri: String
    ) -> String {
        var address = macros.filled(uri) { $0.urlEscaped }
        let query = (custom["qs"]?.object ?? JSONObject()).map { name, value in
            macros.filled(name).urlEscaped + "=" + macros.filled(value.string ?? "").urlEscaped
        }
        if !query.isEmpty {
            address += (address.contains("?") ? "&" : "?") + query.joined(separator: "&")
        }
        return address
    }
}

extension String {
    /// `%7B` as `{`, for what Orion forbids to write as it is.
    fileprivate var percentUnescaped: String {
        guard contains("%") else { return self }
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Without what would end a header field.
    fileprivate var headerText: String {
        String(
            String.UnicodeScalarView(unicodeScalars.filter { $0.value >= 0x20 && $0 != "\u{7F}" }))
    }

    /// For a part of an address.
    fileprivate var urlEscaped: String {
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case 97...122, 65...90, 48...57, UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: ","):
                bytes.append(byte)
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                bytes += ("%" + (digits.utf8.count == 1 ? "0" + digits : digits)).utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
