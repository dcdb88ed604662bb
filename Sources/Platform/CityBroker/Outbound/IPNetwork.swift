package import NIOCore

/// A range of IP addresses such as `10.0.0.0/8` or `fd00::/8`; an address alone is a range of one.
package struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    private let bytes: [UInt8]
    private let prefixLength: Int

    /// - Returns: `nil` unless the text is an address, or an address, `/` and a length of prefix.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let bytes = Self.bytes(ofAddress: String(parts[0])) else {
            return nil
        }
        let full = bytes.count * 8
        guard parts.count == 2 else {
            self.bytes = bytes
            prefixLength = full
            return
        }
        guard let length = Int(parts[1]), (0...full).contains(length) else { return nil }
        self.bytes = bytes
        prefixLength = length
    }

    package func contains(_ address: SocketAddress) -> Bool {
        guard let bytes = Self.bytes(of: address) else { return false }
        return contains(bytes)
    }

    func contains(_ address: [UInt8]) -> Bool {
        guard address.count == bytes.count else { return false }
        let whole = prefixLength / 8
        guard address[..<whole] == bytes[..<whole] else { return false }
        let rest = prefixLength % 8
        guard rest > 0 else { return true }
        return (address[whole] ^ bytes[whole]) >> (8 - rest) == 0
    }

    package var description: String {
        // Bytes of a length that was parsed make an address again.
        let text = (try? SocketAddress(packedIPAddress: ByteBuffer(bytes: bytes), port: 0))?
            .ipAddress
        return "\(text ?? "?")/\(prefixLength)"
    }

    /// The 4 or 16 bytes of an address; an IPv4 address written as IPv6 is IPv4.
    static func bytes(of address: SocketAddress) -> [UInt8]? {
        // Where `sin_addr` and `sin6_addr` lie is the same on every system.
        let bytes: [UInt8]
        switch address {
        case .v4(let address):
            bytes = withUnsafeBytes(of: address.address) { Array($0[4..<8]) }
        case .v6(let address):
            bytes = withUnsafeBytes(of: address.address) { Array($0[8..<24]) }
        case .unixDomainSocket: return nil
        }
        return unmapped(bytes)
    }

    static func bytes(ofAddress text: String) -> [UInt8]? {
        // What is no address is a name, which is not wrong.
        guard let address = try? SocketAddress(ipAddress: text, port: 0) else { return nil }
        return bytes(of: address)
    }

    private static func unmapped(_ bytes: [UInt8]) -> [UInt8] {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        let isMapped = bytes.count == 16 && Array(bytes[..<12]) == mapped
        return isMapped ? Array(bytes[12...]) : bytes
    }
}
