import CityKernel

/// A request to a source that waits in the outbox: all that it takes to send it, whatever becomes of
/// the registration meanwhile.
struct SourceLetter {
    var method: SourceRequest.Method
    var url: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    var timeout: Duration

    init(_ request: SourceRequest) {
        method = request.method
        url = request.registration.endpoint + request.target
        headers = request.headers
        body = request.body ?? []
        timeout = min(
            request.registration.management.timeout ?? SourceClient.timeoutDefault,
            SourceClient.timeoutMax)
    }

    /// - Returns: `nil` for bytes that no letter was written to.
    init?(_ payload: [UInt8]) {
        // Written by this program; another edition of it may write otherwise.
        guard let json = try? JSONValue(parsing: payload),
            let method = json["method"]?.string.flatMap(SourceRequest.Method.init),
            let url = json["url"]?.string, let headers = json["headers"]?.object,
            let timeout = json["timeout"]?.integer
        else { return nil }
        self.method = method
        self.url = url
        self.headers = headers.compactMap { name, value in value.string.map { (name, $0) } }
        body = Array((json["body"]?.string ?? "").utf8)
        self.timeout = .microseconds(timeout)
    }

    var payload: [UInt8] {
        var fields = JSONObject()
        for (name, value) in headers { fields[name] = .string(value) }
        let letter: JSONValue = [
            "method": .string(method.rawValue), "url": .string(url), "headers": .object(fields),
            "body": .string(String(decoding: body, as: UTF8.self)),
            "timeout": .integer(timeout.microseconds),
        ]
        return letter.bytes
    }
}
