namespace Orchestrator.Agent.Secrets;

/// <summary>Secrets that are known by how they are written, as their issuers document it.</summary>
internal static class SecretFormats
{
    private const string Url = @"[A-Za-z0-9_\-]";
    private const string Base64 = "[A-Za-z0-9+/]";
    private const string Hex = "[0-9a-fA-F]";
    private const string Word = "[A-Za-z0-9]";

    /// <summary>Between a name and its value, in shell, JSON, YAML and properties.</summary>
    private const string Assigned = """["']?\s{0,5}[:=]\s{0,5}["']?""";

    public static IReadOnlyList<SecretFormat> All { get; } = [.. Hosting(), .. Models(), .. Clouds(), .. Services(), .. Packages(), .. General()];

    private static IEnumerable<SecretFormat> Each(Func<string, SecretFormat> format, params IReadOnlyList<string> anchors) => anchors.Select(format);

    private static IEnumerable<SecretFormat> Hosting() =>
    [
        .. Each(prefix => new SecretFormat("GitHub token", prefix, $"{prefix}{Word}{{36,255}}"), "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        new("GitHub token", "github_pat_", $"github_pat_[A-Za-z0-9_]{{50,255}}"),
        .. Each(prefix => new SecretFormat("GitLab token", prefix, $"{prefix}[A-Za-z0-9_.\\-]{{20,300}}"), "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "glsoat-"),
        new("GitLab token", "GR1348941", $"GR1348941{Url}{{20,50}}"),
        new("Bitbucket password", "ATBB", $"ATBB{Word}{{32}}"),
        .. Each(prefix => new SecretFormat("Atlassian token", prefix, $"{prefix}[A-Za-z0-9_\\-=]{{50,400}}"), "ATATT3", "ATCTT3"),
        new("Azure DevOps token", "AZDO", $"{Word}{{76}}AZDO{Word}{{4}}", lead: 76),
        new("Linear key", "lin_api_", $"lin_api_{Word}{{40}}"),
        new("Figma token", "figd_", $"figd_{Url}{{40,60}}"),
        new("Notion token", "ntn_", $"ntn_{Word}{{40,60}}"),
        new("Postman key", "PMAK-", $"PMAK-{Hex}{{24}}-{Hex}{{34}}"),
        new("Sentry token", "sntrys_", $"sntrys_[A-Za-z0-9+/=_\\-]{{40,400}}"),
        new("Sentry token", "sntryu_", $"sntryu_{Hex}{{64}}"),
    ];

    private static IEnumerable<SecretFormat> Models() =>
    [
        new("Anthropic key", "sk-ant-", $"sk-ant-{Url}{{20,200}}"),
        new("OpenRouter key", "sk-or-v1-", $"sk-or-v1-{Hex}{{64}}"),
        .. Each(prefix => new SecretFormat("OpenAI key", prefix, $"{prefix}{Url}{{20,250}}"), "sk-proj-", "sk-svcacct-", "sk-admin-"),
        new("OpenAI key", "sk-", $"sk-{Word}{{20}}T3BlbkFJ{Word}{{20}}"),
        new("API key", "sk-", $"sk-(?:{Word}{{32}}|{Word}{{48}})(?!{Url})"),
        new("Google key", "AIza", $"AIza{Url}{{35}}"),
        new("Hugging Face token", "hf_", $"hf_{Word}{{34}}"),
        new("Replicate token", "r8_", $"r8_{Word}{{37}}"),
        new("Groq key", "gsk_", $"gsk_{Word}{{52}}"),
        new("xAI key", "xai-", $"xai-{Word}{{70,90}}"),
        new("Perplexity key", "pplx-", $"pplx-{Word}{{40,60}}"),
        new("Databricks token", "dapi", $"dapi{Hex}{{32}}"),
    ];

    private static IEnumerable<SecretFormat> Clouds() =>
    [
        .. Each(prefix => new SecretFormat("AWS key id", prefix, $"{prefix}[A-Z2-7]{{16}}(?!{Word})"), "AKIA", "ASIA", "ABIA", "ACCA"),
        .. Each(name => new SecretFormat("AWS secret key", name, $"{name}{Assigned}(?<s>{Base64}{{40}})(?![A-Za-z0-9+/=])", isWord: false), "aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "SecretAccessKey", "secretAccessKey", "aws_secret_key"),
        .. Each(name => new SecretFormat("AWS session token", name, $"{name}{Assigned}(?<s>[A-Za-z0-9+/=]{{100,2000}})", isWord: false), "aws_session_token", "AWS_SESSION_TOKEN", "SessionToken"),
        .. Each(name => new SecretFormat("Azure account key", name, $"{name}(?<s>{Base64}{{86}}==)", isWord: false), "AccountKey=", "accountKey="),
        new("Azure access key", "SharedAccessKey=", $"SharedAccessKey=(?<s>{Base64}{{43}}=)", isWord: false),
        new("Azure signature", "sig=", $"sig=(?<s>(?:{Base64}|%2[BbFf]){{43}}(?:=|%3[Dd]))"),
        new("Azure client secret", "Q~", @"[A-Za-z0-9_~.\-]{3}[0-9]Q~[A-Za-z0-9_~.\-]{31,34}", lead: 4),
        new("Azure Container Registry password", "+ACR", $"[A-Za-z0-9+/]{{42}}\\+ACR[A-D][A-Za-z0-9+/]{{5}}", lead: 42),
        new("Google OAuth secret", "GOCSPX-", $"GOCSPX-{Url}{{28}}"),
        new("Google access token", "ya29.", $"ya29\\.{Url}{{20,400}}"),
        .. Each(prefix => new SecretFormat("DigitalOcean token", prefix, $"{prefix}{Hex}{{64}}"), "dop_v1_", "doo_v1_", "dor_v1_"),
        new("Heroku key", "HRKU-AA", $"HRKU-AA{Url}{{58}}"),
        new("Supabase token", "sbp_", $"sbp_{Hex}{{40}}"),
        new("Pulumi token", "pul-", $"pul-{Hex}{{40}}"),
        new("Terraform token", ".atlasv1.", $"{Word}{{14}}\\.atlasv1\\.{Url}{{60,70}}", lead: 14),
        .. Each(prefix => new SecretFormat("Vault token", prefix, $"{prefix[..3]}\\.{Url}{{24,300}}"), "hvs.", "hvb.", "hvr."),
        .. Each(prefix => new SecretFormat("PlanetScale secret", prefix, $"{prefix}[A-Za-z0-9_.\\-=]{{32,64}}"), "pscale_tkn_", "pscale_pw_", "pscale_oauth_"),
        new("Fly token", "fo1_", $"fo1_{Url}{{43}}"),
        new("Fly token", "fm2_", $"fm2_[A-Za-z0-9+/=]{{100,2000}}"),
    ];

    private static IEnumerable<SecretFormat> Services() =>
    [
        .. Each(prefix => new SecretFormat("Slack token", prefix, $"{prefix}[A-Za-z0-9.\\-]{{10,300}}"), "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-"),
        new("Slack webhook", "hooks.slack.com/", $"hooks\\.slack\\.com/(?:services|workflows|triggers)/(?<s>[A-Za-z0-9/]{{30,120}})", isWord: false),
        new("Discord webhook", "discord.com/api/webhooks/", $"discord\\.com/api/webhooks/[0-9]{{10,25}}/(?<s>{Url}{{50,100}})", isWord: false),
        new("Telegram token", ":AA", $"(?<=[0-9]{{8}}):(?<s>AA{Url}{{32,34}})(?!{Url})", isWord: false),
        .. Each(prefix => new SecretFormat("Stripe key", prefix, $"{prefix}{Word}{{16,250}}"), "sk_live_", "sk_test_", "rk_live_", "rk_test_"),
        new("webhook secret", "whsec_", $"whsec_[A-Za-z0-9+/=]{{24,120}}"),
        new("Twilio key", "SK", $"SK[0-9a-f]{{32}}(?!{Word})"),
        new("SendGrid key", "SG.", $"SG\\.{Url}{{16,32}}\\.{Url}{{16,64}}"),
        new("Mailgun key", "key-", $"key-[0-9a-f]{{32}}(?!{Word})"),
        new("Mailchimp key", "-us", $"[0-9a-f]{{32}}-us[0-9]{{1,2}}(?!{Word})", lead: 32),
        new("Brevo key", "xkeysib-", $"xkeysib-[0-9a-f]{{64}}-{Word}{{16}}"),
        .. Each(prefix => new SecretFormat("Shopify token", prefix, $"{prefix}{Hex}{{32}}"), "shpat_", "shpca_", "shppa_", "shpss_"),
        .. Each(prefix => new SecretFormat("Square token", prefix, $"{prefix}{Url}{{22,50}}"), "sq0atp-", "sq0csp-"),
        new("Grafana token", "glsa_", $"glsa_{Word}{{32}}_{Hex}{{8}}"),
        new("Grafana token", "glc_", $"glc_[A-Za-z0-9+/=]{{40,400}}"),
        new("New Relic key", "NRAK-", $"NRAK-[A-Z0-9]{{27}}"),
        new("Airtable token", "pat", $"pat{Word}{{14}}\\.[0-9a-f]{{64}}"),
        new("Dropbox token", "sl.", $"sl\\.{Url}{{130,160}}"),
    ];

    private static IEnumerable<SecretFormat> Packages() =>
    [
        new("npm token", "npm_", $"npm_{Word}{{36}}"),
        new("npm token", "_authToken=", $"_authToken=(?<s>[A-Za-z0-9_.\\-+/=]{{20,500}})", isWord: false),
        new("NuGet key", "oy2", $"oy2[a-z0-9]{{43}}(?!{Word})"),
        new("PyPI token", "pypi-", $"pypi-AgE{Url}{{50,400}}"),
        new("RubyGems key", "rubygems_", $"rubygems_{Hex}{{48}}"),
        new("crates.io token", "cio", $"cio{Word}{{32}}(?!{Word})"),
        .. Each(prefix => new SecretFormat("Docker token", prefix, $"{prefix}{Url}{{20,60}}"), "dckr_pat_", "dckr_oat_"),
        new("registry password", "\"auth\":", $"\"auth\":\\s{{0,5}}\"(?<s>[A-Za-z0-9+/=]{{20,500}})\"", isWord: false),
    ];

    private static IEnumerable<SecretFormat> General() =>
    [
        new("private key", "-----BEGIN ", @"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?<s>[\s\S]{1,20000}?)(?=-----END |\z)", isWord: false),
        new("age key", "AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1[A-Z0-9]{58}"),
        new("JSON Web Token", "eyJ", $"eyJ{Url}{{10,2000}}\\.eyJ{Url}{{10,8000}}\\.{Url}{{10,2000}}"),
        new("password in a URL", "://", """://[^\s:/?#@"'<>]{0,100}:(?<s>[^\s/?#@"'<>]{3,200})@""", isWord: false),
        .. Each(name => new SecretFormat("password", name, $"(?<=;\\s?){name}(?<s>[^;\\s\"'`]{{6,200}})", isWord: false), "Password=", "password=", "Pwd=", "pwd="),
        .. Each(name => new SecretFormat("bearer token", name, $"{name}(?<s>[A-Za-z0-9_\\-.=+/~]{{20,4000}})"), "Bearer ", "bearer "),
        .. Each(name => new SecretFormat("basic credentials", name, $"{name}(?<s>[A-Za-z0-9+/]{{8,500}}={{0,2}})", isWord: false), "uthorization: Basic ", "UTHORIZATION: Basic "),
    ];
}
