import CityKernel
import CityWeb

extension Texts {
    /// Words of the developer portal, the gateway's staff pages and the pages of entities.
    static let ofDevelopers: Texts = [
        "developersTypes": .init("データの種類(型カタログ)", easy: "データの しゅるい", en: "Type catalogue"),
        "developersTypesNote": .init(
            "意味・単位・いまの例", easy: "いみと れい", en: "Meaning, units, live samples"),
        "developersTypesLead": .init(
            "街のデータの種類ごとに、意味、単位、持ち主、いまの実例を見られます。",
            easy: "データの いみと れいを 見る ことが できます。",
            en: "What each kind of data means, its units and owner, and one of it as it is now."),
        "developersTry": .init("その場でためす", easy: "ここで ためす", en: "Try it here"),
        "developersTryNote": .init("すべての呼び出し", easy: "ぜんぶの よびだし", en: "Every call"),
        "developersKeyAsk": .init("鍵を申し込む", easy: "かぎを たのむ", en: "Ask for a key"),
        "developersKeyAskNote": .init(
            "書くとき、知らせてもらうとき", easy: "書く ときに いります", en: "To write and to be told"),
        "developersProducts": .init("APIの製品", easy: "つかえる API", en: "API products"),
        "developersNeedsKey": .init("鍵が要る", easy: "かぎが いる", en: "Needs a key"),
        "developersNoKey": .init("鍵なしで使える", easy: "かぎが いらない", en: "Open without a key"),
        "developersLimits": .init(
            "残りは応答の RateLimit 欄に、超えたときは 429 と Retry-After で返ります。",
            easy: "たくさん つかうと、すこし まつ ことが あります。",
            en: "What is left stands in the RateLimit field; beyond it comes 429 with Retry-After."),
        "developersMock": .init(
            "手元で模擬の街を動かす", easy: "れんしゅうの 街を うごかす", en: "Run a mock city of your own"),
        "developersCountWords": .init("{n}件", easy: "{n}こ", en: "{n} entities"),
        "developersLayout": .init(
            "自治体標準オープンデータセット", easy: "市の データの きまり", en: "Municipal standard dataset"),
        "developersOwner": .init("持ち主", easy: "だれの データ", en: "Owner"),
        "developersPersonal": .init("含むことがある", easy: "ある かも しれません", en: "May contain some"),
        "developersMeaning": .init("意味", easy: "いみ", en: "Meaning"),
        "developersValue": .init("値", easy: "なかみ", en: "Value"),
        "valueNumber": .init("数", easy: "数", en: "Number"),
        "valueText": .init("文字", easy: "もじ", en: "Text"),
        "valueTime": .init("日時 (ISO 8601)", easy: "時間", en: "Date and time (ISO 8601)"),
        "peopleName": .init("表示する名前", easy: "名前", en: "Name shown"),
        "peopleLoginHint": .init(
            "小文字の英字と数字。あとから変えられません。", easy: "小さい 英字と 数字。",
            en: "Lower-case letters and digits; it cannot be changed later."),
        "peopleClosed": .init("停止中", easy: "とまって います", en: "Closed"),
        "peopleOpen": .init("使える", easy: "つかえる", en: "Open"),
        "peopleChange": .init("変える", easy: "かえる", en: "Change"),
        "peopleReset": .init("パスワードを作り直す", easy: "パスワードを 作りなおす", en: "New password"),
        "peopleHire": .init("職員を加える", easy: "しょくいんを たす", en: "Add a member of staff"),
        "peopleMade": .init(
            "このパスワードを本人に渡してください", easy: "パスワードを わたして ください", en: "Hand this password on"),
        "peopleMadeNote": .init(
            "一度だけ表示しています。最初のサインインで、本人が変えます。", easy: "1かいだけ 見えます。",
            en: "It is shown once, and must be changed at the first sign-in."),
        "followToken": .init(
            "一時間の鍵 (OAuth 2.0)", easy: "1時間の かぎ (OAuth 2.0)", en: "Tokens of one hour (OAuth 2.0)"),
        "followTokenNote": .init(
            "鍵そのものを持ち歩かず、一時間で終わる鍵と引きかえて使えます。頼んだ製品だけが開きます。",
            easy: "1時間で おわる かぎを もらえます。たのんだ ものだけ つかえます。",
            en: "Change the key for one that ends in an hour and opens the named products alone."),
        "consumerClient": .init("OAuthの名前", easy: "OAuthの 名前", en: "Client id"),
        "keySigns": .init("署名で示す鍵", easy: "サインの かぎ", en: "Public key"),
        "consumerAddPublicKey": .init("公開鍵を加える", easy: "こうかいかぎを たす", en: "Add a public key"),
        "consumerPublicKey": .init("公開鍵 (JWK)", easy: "こうかいかぎ (JWK)", en: "Public key (JWK)"),
        "consumerPublicKeyNote": .init(
            "P-256の公開鍵をJSONで貼ります。秘密の鍵は相手の手元に残り、この街には入りません。",
            easy: "P-256の こうかいかぎを はります。ひみつの かぎは いりません。",
            en: "The public half of a P-256 pair, as JSON. The private half never comes here."),
        "gatewayPlan": .init("枠", easy: "どのくらい", en: "Plan"),
        "gatewayPlanWords": .init(
            "1分 {minute}回、1日 {day}回まで", easy: "1ぷんに {minute}かい、1日に {day}かい",
            en: "up to {minute} calls a minute, {day} a day"),
        "tryLead": .init(
            "この街の本物のAPIを、ここから呼びます。書く呼び出しは、街のデータを変えます。",
            easy: "本物の APIです。書くと データが かわります。",
            en: "These forms call the city's real API. Calls that write change the city's data."),
        "tryKey": .init("鍵", easy: "かぎ", en: "Key"),
        "tryKeyHint": .init(
            "この画面の中だけで使い、保存しません。", easy: "ほぞんしません。",
            en: "Used on this page only, stored nowhere."),
        "tryProduct": .init("製品", easy: "API", en: "Product"),
        "tryBody": .init("本文 (JSON)", easy: "なかみ (JSON)", en: "Body (JSON)"),
        "tryWrites": .init(
            "街のデータを変える呼び出しです。", easy: "データが かわります。",
            en: "This call changes the city's data."),
        "trySend": .init("呼び出す", easy: "よびだす", en: "Call"),
        "apiGroup-entities": .init("いまの状態", easy: "いま", en: "Entities"),
        "apiGroup-temporal": .init("履歴", easy: "まえの データ", en: "History"),
        "apiGroup-subscriptions": .init("知らせ", easy: "しらせ", en: "Subscriptions"),
        "apiGroup-readings": .init("観測値", easy: "はかった 数", en: "Readings"),
        "apiGroup-discovery": .init("型と属性", easy: "しゅるい", en: "Types and attributes"),
        "apiGroup-batch": .init("まとめて", easy: "まとめて", en: "Batches"),
        "apiGroup-snapshots": .init("写し", easy: "うつし", en: "Snapshots"),
        "apiGroup-contexts": .init("言葉の表（@context）", easy: "ことばの 表", en: "Contexts"),
        "apiGroup-partners": .init("ほかの基盤との連携", easy: "ほかの 市と つなぐ", en: "Other sources"),
        "apiGroup-ngsiv2": .init("NGSIv2(FIWARE Orion)", en: "NGSIv2 (FIWARE Orion)"),
        "apiGroup-events": .init("流れ", easy: "ながれ", en: "Events"),
        "apiGroup-other": .init("ほか", easy: "ほか", en: "Others"),
        "askLead": .init(
            "何に使うかを書いて送ると、市の担当が確かめて、この画面で鍵を渡します。",
            easy: "なにに つかうか 書いて ください。市の 人が 見て、かぎを わたします。",
            en: "Tell what it is for. Staff decide, and you fetch the key by a link of your own."),
        "askProducts": .init("使うAPI", easy: "つかう もの", en: "APIs"),
        "ask-name": .init("プログラムの名前", easy: "プログラムの 名前", en: "Name of the program"),
        "ask-nameHint": .init("例: 川の見守りアプリ", easy: "れい: 川の アプリ", en: "Example: River watch app"),
        "ask-organisation": .init("会社・学校・個人", easy: "会社や 学校の 名前", en: "Company, school or person"),
        "ask-organisationHint": .init(
            "審査と連絡に使います。", easy: "れんらくに つかいます。", en: "For the decision and for contact."),
        "ask-contact": .init("メールアドレス", easy: "メールアドレス", en: "Mail address"),
        "ask-contactHint": .init(
            "個人ではなく、窓口のアドレスをすすめます。", easy: "会社の アドレスが いいです。",
            en: "Better a team's address than a person's."),
        "ask-purpose": .init("何に使うか", easy: "なにに つかうか", en: "What it is for"),
        "ask-purposeHint": .init(
            "だれが、どんなときに、何をするためか。", easy: "だれが、いつ、なにを するか。",
            en: "Who uses it, when, and to do what."),
        "askPrivacy": .init(
            "書いた内容は市の情報担当だけが見ます。公開しません。", easy: "市の 人だけが 見ます。",
            en: "Only the city's information section sees what you write."),
        "askSend": .init("申し込む", easy: "たのむ", en: "Send the request"),
        "askNotSent": .init("まだ送っていません", easy: "まだ おくって いません", en: "Not sent yet"),
        "askWaiting": .init("決裁を待つ申請", easy: "まって いる もの", en: "Requests that wait"),
        "askNoneWaits": .init("待っている申請はありません", easy: "まって いる ものは ありません", en: "No request waits"),
        "askApprove": .init("承認する", easy: "いいです", en: "Approve"),
        "askRefuse": .init("断る", easy: "ことわる", en: "Refuse"),
        "askAnswer": .init("断るわけ(相手に見えます)", easy: "わけ(あいてが 見ます)", en: "Why (the vendor reads it)"),
        "request-waiting": .init(
            "市が確かめています", easy: "市の 人が 見て います", en: "The city is looking at it"),
        "request-waitingText": .init(
            "決まると、この画面に出ます。", easy: "きまったら ここに 出ます。", en: "The decision will stand here."),
        "request-approved": .init("承認されました", easy: "いいですと 言われました", en: "Approved"),
        "request-approvedText": .init(
            "鍵を受け取ってください。", easy: "かぎを うけとって ください。", en: "Fetch your key."),
        "request-refused": .init("お断りしました", easy: "ことわられました", en: "Refused"),
        "request-refusedText": .init("わけ:", easy: "わけ:", en: "Why:"),
        "request-claimed": .init("使えます", easy: "つかえます", en: "Ready to use"),
        "request-claimedText": .init(
            "鍵は一度だけ表示しました。", easy: "かぎは 一どだけ 見せました。", en: "The key was shown once."),
        "followKey": .init("あなたの鍵", easy: "あなたの かぎ", en: "Your key"),
        "followKeyOnce": .init(
            "表示はこの一度だけです。安全な所に写してください。", easy: "一どだけです。すぐ うつして ください。",
            en: "It is shown this once. Copy it to a safe place."),
        "followClaim": .init("鍵を受け取る", easy: "かぎを うけとる", en: "Fetch the key"),
        "followKeep": .init(
            "このページのアドレスは、あなただけのものです。保存してください。",
            easy: "この ページの アドレスを ほぞんして ください。",
            en: "The address of this page is yours alone: keep it."),
        "usageTitle": .init("30日の利用", easy: "30日の りよう", en: "Use in 30 days"),
        "usageSummary": .init(
            "呼び出し {calls}回、上限で断った {refused}回", easy: "よびだし {calls}かい、ことわった {refused}かい",
            en: "{calls} calls, {refused} turned away by a limit"),
        "usageDay": .init("日", easy: "日", en: "Day"),
        "usageCalls": .init("回数", easy: "かず", en: "Calls"),
        "usageRefused": .init("上限", easy: "ことわった", en: "Limited"),
        "usageFailed": .init("失敗", easy: "しっぱい", en: "Failed"),
        "usageMean": .init("平均 ms", easy: "へいきん ms", en: "Mean ms"),
        "usageSlowest": .init("最大 ms", easy: "さいだい ms", en: "Slowest ms"),
        "consumers": .init("利用者", easy: "つかう 人", en: "Consumers"),
        "consumersNone": .init("利用者はまだありません", easy: "まだ だれも いません", en: "No consumer yet"),
        "consumerSince": .init("利用開始", easy: "いつから", en: "Since"),
        "consumerUses": .init("契約中", easy: "つかえます", en: "Subscribed"),
        "consumerUsesNot": .init("契約なし", easy: "つかえません", en: "Not subscribed"),
        "consumerSubscribe": .init("契約する", easy: "つかえるように する", en: "Subscribe"),
        "consumerChangePlan": .init("枠を変える", easy: "かえる", en: "Change plan"),
        "consumerEnd": .init("契約を終える", easy: "おわりに する", en: "End"),
        "consumerKeys": .init("鍵", easy: "かぎ", en: "Keys"),
        "keyOpen": .init("有効", easy: "つかえます", en: "Valid"),
        "keyRevoked": .init("取り消し済み", easy: "とりけしました", en: "Revoked"),
        "keyExpired": .init("期限切れ", easy: "おわりました", en: "Expired"),
        "keyUsed": .init("最後の利用", easy: "さいごに つかった", en: "Last used"),
        "keyUnused": .init("まだない", easy: "まだ ありません", en: "never"),
        "keyRevoke": .init("鍵を取り消す", easy: "かぎを とりけす", en: "Revoke"),
        "entityName": .init("名前", easy: "名前", en: "Name"),
        "entityChanged": .init("更新", easy: "かわった 時間", en: "Changed"),
        "entityNone": .init("いまは一つもありません", easy: "いまは ありません", en: "There is none now"),
        "entityMap": .init("場所", easy: "ばしょ", en: "On the map"),
        "entityMapSummary": .init(
            "表と同じものの場所。", easy: "ひょうと おなじ ものの ばしょ。", en: "The places of what the table lists."),
        "entityValues": .init("いまの値", easy: "いまの なかみ", en: "Values now"),
        "entityObserved": .init("いつの値", easy: "いつ", en: "As of"),
        "entityWriter": .init("書いた人", easy: "だれが", en: "Written by"),
        "entityHistory": .init("これまで", easy: "まえから", en: "History"),
        "entitySubscribers": .init("知らせる相手", easy: "しらせる あいて", en: "Who is told"),
        "entityNobodyTold": .init("だれも申し込んでいません", easy: "だれも いません", en: "Nobody subscribed"),
        "entitySent": .init("送った数", easy: "おくった かず", en: "Sent"),
        "entityDeliveries": .init(
            "届かなかったものを見る", easy: "とどかなかった ものを 見る", en: "See what was not delivered"),
        "subscriber-active": .init("有効", easy: "うごいて います", en: "Active"),
        "subscriber-paused": .init("休み", easy: "やすみ", en: "Paused"),
        "subscriber-expired": .init("期限切れ", easy: "おわりました", en: "Expired"),
        "subscriber-failing": .init("届いていない", easy: "とどきません", en: "Failing"),
    ]
}
