import CityKernel
import Crypto
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

extension PageCache {
    /// A topic as it was when a page began to be made.
    struct Stamp: Hashable, Sendable {
        let topic: Int
        let version: UInt64
    }

    /// A finished page with its bytes in both encodings.
    final class Entry: Sendable {
        /// What a maker hands over.
        struct Content: Sendable {
            let status: HTTPResponse.Status
            let headers: HTTPFields
            let plain: ByteBuffer
        }

        /// What of the page a reader gets.
        enum Form: Int, CaseIterable {
            case plain, gzip
            /// 304: the reader has it already.
            case unchanged
        }

        let number: UInt64
        let stamps: [Stamp]
        let until: Timestamp
        let bytes: Int
        private let status: HTTPResponse.Status
        private let etag: String
        private let plainHeaders: HTTPFields
        private let gzipHeaders: HTTPFields
        private let plain: ByteBuffer
        private let gzip: ByteBuffer
        /// The answers as they go over the wire, made when first asked for.
        private let wires = Mutex([Wire?](repeating: nil, count: 2 * Form.allCases.count))
        /// Safety: read and written only under the cache's lock.
        nonisolated(unsafe) var lastUse: UInt64 = 0

        init(_ content: Content, number: UInt64, stamps: [Stamp], until: Timestamp) {
            self.number = number
            self.stamps = stamps
            self.until = until
            status = content.status
            plain = content.plain
            gzip = Gzip.compress(content.plain, level: 6)
            // Twice, for the bodies stand in the answers on the wire too.
            bytes = 2 * (plain.readableBytes + gzip.readableBytes)
            let digest = SHA256.hash(data: plain.readableBytesView).prefix(12)
            // Weak: the same page in two encodings has one tag.
            etag = "W/\"" + digest.map { String($0, radix: 36) }.joined() + "\""
            var headers = content.headers
            headers[.eTag] = etag
            headers[.cacheControl] = "no-cache"
            headers[.vary] = "Accept-Encoding, Accept-Language, Cookie"
            plainHeaders = headers
            headers[.contentEncoding] = "gzip"
            gzipHeaders = headers
        }

        /// What a reader who sent these fields gets.
        func form(ifNoneMatch: String?, acceptsGzip: Bool) -> Form {
            if let ifNoneMatch, HeaderText.names(etag, ifNoneMatch) { return .unchanged }
            return acceptsGzip ? .gzip : .plain
        }

        /// The answer in this form. HEAD gets no body.
        func response(_ form: Form, isHead: Bool) -> Response {
            if form == .unchanged {
                var headers = plainHeaders
                headers[.contentType] = nil
                return Response(status: .notModified, headers: headers)
            }
            let response = Response(
                status: status, headers: form == .gzip ? gzipHeaders : plainHeaders,
                body: .init(byteBuffer: body(form)))
            return isHead ? response.createHeadResponse() : response
        }

        /// The answer to this request: 304, compressed or plain.
        func response(to request: Request) -> Response {
            response(
                form(
                    ifNoneMatch: request.headers[.ifNoneMatch], acceptsGzip: request.acceptsGzip),
                isHead: request.method == .head)
        }

        /// The same answer as bytes of HTTP/1.1, with the date of this second.
        func wire(_ form: Form, isHead: Bool, at now: Timestamp) -> ByteBuffer {
            let second = now.microseconds / 1_000_000
            let place = 2 * form.rawValue + (isHead ? 1 : 0)
            return wires.withLock { wires in
                if let wire = wires[place], wire.second == second { return wire.bytes }
                let wire = Wire(
                    response(form, isHead: isHead),
                    body: isHead || form == .unchanged ? nil : body(form), second: second)
                wires[place] = wire
                return wire.bytes
            }
        }

        private func body(_ form: Form) -> ByteBuffer { form == .gzip ? gzip : plain }
    }

    /// A page being made, with those who wait for it. All verbs run under the cache's lock.
    final class Flight: Sendable {
        typealias Waiter = CheckedContinuation<Result<Entry?, any Error>, Never>

        let number: UInt64
        let stamps: [Stamp]
        /// Safety: both read and written only under the cache's lock.
        private nonisolated(unsafe) var waiters: [Waiter] = []
        private nonisolated(unsafe) var result: Result<Entry?, any Error>?

        init(number: UInt64, stamps: [Stamp]) {
            self.number = number
            self.stamps = stamps
        }

        /// The result when it is there; else the waiter is remembered.
        func landed(orWait waiter: Waiter) -> Result<Entry?, any Error>? {
            if let result { return result }
            waiters.append(waiter)
            return nil
        }

        /// - Returns: who waits for the result.
        func land(_ result: Result<Entry?, any Error>) -> [Waiter] {
            self.result = result
            defer { waiters = [] }
            return waiters
        }
    }
}
