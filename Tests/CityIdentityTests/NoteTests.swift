import CityIdentity
import CityKernel
import Testing

struct NoteTests {
    /// The example of C2SP signed-note, with its key.
    private static let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private static let note = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """

    @Test("C2SP の例の署名を読み、検証できる")
    func example() throws {
        let key = try #require(NoteKey(Self.key))
        #expect(key.text == Self.key)
        var note = try #require(SignedNote(Self.note))
        #expect(note.description == Self.note)
        #expect(note.isSigned(by: key))
        note.text = note.text.replacing("answer", with: "question")
        #expect(!note.isSigned(by: key))
    }

    @Test("鍵でも署名つきの文でもないものは読まれない")
    func refusals() {
        for text in [
            "", "a+b", "PeterNeumann+00000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+CRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            #expect(NoteKey(text) == nil)
        }
        for text in [
            "", "text\n", "text\n\n", "text\n\n— name AAAA", "text\n\nname AAAAAAAA\n",
            "text\n\n" + String(repeating: "— name AAAAAAAAAAAA\n", count: 101),
            String(repeating: "x", count: SignedNote.bytesMax) + "\n\n— name AAAAAAAAAAAA\n",
        ] {
            #expect(SignedNote(text) == nil)
        }
    }

    @Test("チェックポイントは三行で、読み書きで変わらない")
    func checkpoint() throws {
        let root = MerkleHash.ofNothing
        let checkpoint = Checkpoint(origin: "city.example/audit", size: 20_852_163, root: root)
        #expect(Checkpoint(text: checkpoint.text) == checkpoint)
        #expect(Checkpoint(text: checkpoint.text + "extension\n") == checkpoint)
        for text in [
            "", "city\n1\n", "city\n01\n\(checkpoint.text.split(separator: "\n")[2])\n",
            "city\n-1\n\(checkpoint.text.split(separator: "\n")[2])\n", "city\n1\nAAAA\n",
        ] {
            #expect(Checkpoint(text: text) == nil)
        }
    }

    @Test("C2SP の例の共同署名の形を読む。知らない証人の署名は数えない")
    func cosignatureShape() throws {
        let note = try #require(
            SignedNote(
                """
                example.com/behind-the-sofa
                20852163
                CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

                — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
                — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==

                """))
        #expect(note.signatures.map(\.name).last == "witness.example.com/w1")
        #expect(note.signatures.last?.bytes.count == 72)
        let stranger = try #require(NoteKey(Self.key))
        #expect(Cosignature.time(of: note, by: stranger) == nil)
    }

    @Test("行の決まった書き方は、制御文字も引用符も一通りにしか書かない")
    func canonical() {
        var entry = AuditEntry(
            actor: "staff:1", action: "a", noun: "川\"\\", detail: "一\n\u{1}/\u{7F}")
        entry.number = 7
        entry.at = Timestamp(seconds: 1)
        entry.salt = [0, 255]
        #expect(
            entry.canonical
                == #"{"action":"a","actor":"staff:1","at":1000000,"detail":"一\n\u0001/"#
                + "\u{7F}" + #"","noun":"川\"\\","number":7,"salt":"00ff"}"#)
    }
}
