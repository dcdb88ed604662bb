import CityKernel

/// Reads where and how a notification of NGSIv2 goes.
struct NGSIv2TargetReader {
    private let notification: JSONObject

    init(_ notification: JSONObject) { self.notification = notification }

    static let kinds = ["http", "httpCustom", "mqtt", "mqttCustom"]
    private static let timeoutUsual: Int64 = 5_000
    /// As Orion; one delivery takes no longer than `EndpointReader` allows anybody.
    private static let timeoutMax: Int64 = 1_800_000

    func target() throws(Problem) -> NotificationEndpoint {
        let found = Self.kinds.filter { notification[$0] != nil }
        guard found.count == 1, let target = notification[found[0]]?.object else {
            throw .badData(
                found.isEmpty
                    ? "no notification target: http, httpCustom, mqtt or mqttCustom is needed"
                    : "only one of http, httpCustom, mqtt and mqttCustom is allowed")
        }
        guard let url = target["url"]?.string, !url.isEmpty else {
            throw .badData("url \(found[0]) notification is missing")
        }
        return found[0].hasPrefix("http") ? try http(url, target) : try mqtt(url, target)
    }

    private func http(_ url: String, _ target: JSONObject) throws(Problem) -> NotificationEndpoint {
        let host = url.split(separator: "/", maxSplits: 2).last?.prefix { $0 != "/" } ?? ""
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), !host.isEmpty,
            !host.contains("$")
        else {
            throw .badData(
                "Invalid URL parsing notification url",
                remedy: "Write for example http://example.org:5050/notify. "
                    + "Macros may stand after the host only.")
        }
        let timeout = target["timeout"]?.integer ?? Self.timeoutUsual
        guard (0...Self.timeoutMax).contains(timeout) else {
            throw .badData("timeout field must be an integer between 0 and \(Self.timeoutMax)")
        }
        let span = Duration.milliseconds(timeout == 0 ? Self.timeoutUsual : timeout)
        return NotificationEndpoint(uri: url, timeout: min(span, EndpointReader.timeoutMax))
    }

    private func mqtt(_ url: String, _ target: JSONObject) throws(Problem) -> NotificationEndpoint {
        guard url.hasPrefix("mqtt://") || url.hasPrefix("mqtts://"), !url.contains("$"),
            !url.dropFirst(7).contains("@")
        else { throw .badData("Invalid URL parsing mqtt notification url") }
        guard let topic = target["topic"]?.string, !topic.isEmpty,
            !topic.contains(where: { "+#".contains($0) })
        else { throw .badData("topic mqtt notification is missing, or has wildcards") }
        let quality = target["qos"] ?? 0
        guard let quality = quality.integer, (0...2).contains(quality) else {
            throw .badData("qos field must be an integer between 0 and 2")
        }
        if target["retain"]?.bool == true {
            throw Problem(
                .notSupported, title: "Retained notifications are not supported",
                detail: "retain is not supported", remedy: "Leave retain out.")
        }
        var uri = url
        while uri.hasSuffix("/") { uri.removeLast() }
        if let user = target["user"]?.string {
            let password = target["passwd"]?.string ?? ""
            let parts = uri.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
            let account = "\(user.accountEscaped):\(password.accountEscaped)@"
            uri = "\(parts[0])//\(account)\(parts[2])"
        }
        return NotificationEndpoint(
            uri: uri + "/" + topic,
            notifierInfo: [
                .init(key: "MQTT-QoS", value: String(quality)),
                .init(key: "MQTT-Version", value: "mqtt3.1.1"),
            ], timeout: .milliseconds(Self.timeoutUsual))
    }
}

extension NotificationEndpoint {
    /// Without the password.
    var publicURI: String {
        guard let sign = uri.firstIndex(of: "@"), let start = uri.firstRange(of: "//") else {
            return uri
        }
        guard start.upperBound < sign else { return uri }
        return String(uri[..<start.upperBound]) + uri[uri.index(after: sign)...]
    }
}

extension String {
    /// For a name or password before the host of an address.
    fileprivate var accountEscaped: String {
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case 97...122, 65...90, 48...57, UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                bytes += ("%" + (digits.utf8.count == 1 ? "0" + digits : digits)).utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
