package import CityKernel
package import NIOSSL

/// The files read and judged, ready for connections of both directions.
package struct NeighbourCredentials: Sendable {
    /// This long before its end a certificate is to be renewed.
    package static let renewalSpan = Duration.days(30)

    /// When the first of the city's certificates ends.
    package let certificateEnds: Timestamp
    /// When the first of the authorities ends.
    package let authorityEnds: Timestamp
    /// For connections to neighbours.
    package let client: TLSConfiguration
    /// For connections from them: a certificate of the authority is demanded.
    package let server: NIOSSLContext

    /// - Throws: `CredentialFault`, which names no secret.
    package init(_ files: CredentialFiles, now: Timestamp) throws(CredentialFault) {
        let chain = try Self.certificates(files.certificate, .certificate)
        let authorities = try Self.certificates(files.authority, .authority)
        let key = try Self.key(files.key)
        certificateEnds = try Self.end(of: chain, .certificate, now)
        authorityEnds = try Self.end(of: authorities, .authority, now)
        var server = TLSConfiguration.makeServerConfigurationWithMTLS(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key),
            trustRoots: .certificates(authorities))
        server.minimumTLSVersion = .tlsv12
        var client = TLSConfiguration.makeClientConfiguration()
        client.certificateChain = chain.map { .certificate($0) }
        client.privateKey = .privateKey(key)
        client.trustRoots = .certificates(authorities)
        client.minimumTLSVersion = .tlsv12
        self.client = client
        do {
            self.server = try NIOSSLContext(configuration: server)
        } catch {
            throw CredentialFault(
                .key, "the key does not fit the certificate",
                remedy: "use the key with which the certificate was asked for")
        }
    }

    private static func certificates(
        _ path: String, _ file: CredentialFault.File
    ) throws(CredentialFault) -> [NIOSSLCertificate] {
        do {
            let found = try NIOSSLCertificate.fromPEMFile(path)
            if !found.isEmpty { return found }
        } catch {
            // What is wrong with it is not told apart: the remedy is the same.
        }
        throw CredentialFault(
            file, "there is no PEM certificate in this file",
            remedy: "write certificates between BEGIN CERTIFICATE and END CERTIFICATE")
    }

    private static func key(_ path: String) throws(CredentialFault) -> NIOSSLPrivateKey {
        do {
            return try NIOSSLPrivateKey(file: path, format: .pem) { setter in setter([]) }
        } catch {
            throw CredentialFault(
                .key, "there is no PEM private key without passphrase in this file",
                remedy: "write it between BEGIN PRIVATE KEY and END PRIVATE KEY")
        }
    }

    /// When the first of them ends.
    private static func end(
        of certificates: [NIOSSLCertificate], _ file: CredentialFault.File, _ now: Timestamp
    ) throws(CredentialFault) -> Timestamp {
        var first = Timestamp(microseconds: .max)
        for certificate in certificates {
            let span = certificate.span
            if span.start > now {
                throw CredentialFault(
                    file, "a certificate is not valid before \(span.start.iso8601)",
                    remedy: "check the clock of this machine, or use another certificate")
            }
            if span.end <= now {
                throw CredentialFault(
                    file, "a certificate has ended at \(span.end.iso8601)",
                    remedy: "renew it")
            }
            first = min(first, span.end)
        }
        return first
    }
}

extension NIOSSLCertificate {
    var span: (start: Timestamp, end: Timestamp) {
        (
            Timestamp(microseconds: Int64(notValidBefore) * 1_000_000),
            Timestamp(microseconds: Int64(notValidAfter) * 1_000_000)
        )
    }

    /// DNS names that stand in it as alternative names, in lower case. A common name is none
    /// (RFC 9525).
    package var names: [String] {
        _subjectAlternativeNames().compactMap { name in
            guard name.nameType == .dnsName else { return nil }
            return name.contents.withUnsafeBufferPointer {
                String(decoding: $0, as: UTF8.self).lowercased()
            }
        }
    }
}
