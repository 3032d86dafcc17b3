using System.Text;

namespace Orchestrator.Agent.Tests.Secrets;

/// <summary>Secrets as their issuers write them, made up: a template says how, with <c>{set:count}</c> for so many characters drawn from a set.</summary>
internal static class GeneratedSecrets
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";

    private static readonly Dictionary<char, string> Sets = new()
    {
        ['w'] = Letters + Digits,
        ['u'] = Letters + Digits + "_-",
        ['b'] = Letters + Digits + "+/",
        ['h'] = "0123456789abcdef",
        ['l'] = "abcdefghijklmnopqrstuvwxyz0123456789",
        ['A'] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        ['d'] = Digits,
    };

    /// <summary>What stands before a secret, the secret itself between bars, and what stands behind it.</summary>
    public static IReadOnlyList<string> Templates { get; } =
    [
        "|ghp_{w:36}|", "|gho_{w:36}|", "|ghu_{w:36}|", "|ghs_{w:36}|", "|ghr_{w:36}|", "|github_pat_{w:22}_{w:59}|", "|glpat-{u:20}|", "|gldt-{u:20}|", "|glrt-{u:20}|",
        "|glcbt-{u:20}|", "|glptt-{h:40}|", "|GR1348941{u:20}|", "|ATBB{w:32}|", "|ATATT3{u:180}={h:8}|", "|{w:76}AZDO{w:4}|", "|lin_api_{w:40}|", "|figd_{u:40}|", "|ntn_{w:46}|",
        "|PMAK-{h:24}-{h:34}|", "|sntrys_{b:80}|", "|sk-ant-api03-{u:93}AA|", "|sk-or-v1-{h:64}|", "|sk-proj-{u:120}|", "|sk-svcacct-{u:120}|", "|sk-{w:20}T3BlbkFJ{w:20}|", "|sk-{w:48}|",
        "|AIza{u:35}|", "|hf_{w:34}|", "|r8_{w:37}|", "|gsk_{w:52}|", "|xai-{w:80}|", "|pplx-{w:48}|", "|dapi{h:32}|", "|AKIA{A:16}|", "|ASIA{A:16}|",
        "aws_secret_access_key = |{b:40}|", "export AWS_SECRET_ACCESS_KEY=|{b:40}|", "\"SecretAccessKey\": \"|{b:40}|\"", "AWS_SESSION_TOKEN=|{b:300}|",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=|{b:86}==|;EndpointSuffix=core.windows.net", "Endpoint=sb://x/;SharedAccessKeyName=r;SharedAccessKey=|{b:43}=|",
        "https://a.blob.core.windows.net/c?sv=2024-11-04&sig=|{w:43}%3D|&se=x", "|{w:3}8Q~{u:34}|", "|{b:42}+ACRA{b:5}|", "|GOCSPX-{u:28}|", "|ya29.{u:120}|", "|dop_v1_{h:64}|", "|HRKU-AA{u:58}|",
        "|sbp_{h:40}|", "|pul-{h:40}|", "|{w:14}.atlasv1.{u:67}|", "|hvs.{u:95}|", "|pscale_tkn_{u:43}|", "|fo1_{u:43}|", "|fm2_{b:200}|", "|xoxb-{d:12}-{d:12}-{w:24}|", "|xoxp-{d:12}-{d:12}-{w:32}|",
        "|xapp-1-A{w:10}-{d:12}-{h:64}|", "https://hooks.slack.com/services/|T{w:9}/B{w:9}/{w:24}|", "https://discord.com/api/webhooks/{d:18}/|{u:68}|", "https://api.telegram.org/bot{d:10}:|AA{u:33}|/x",
        "|sk_live_{w:24}|", "|sk_test_{w:99}|", "|rk_live_{w:24}|", "|whsec_{b:32}|", "|SK{h:32}|", "|SG.{u:22}.{u:43}|", "|key-{h:32}|", "|{h:32}-us12|", "|xkeysib-{h:64}-{w:16}|", "|shpat_{h:32}|",
        "|sq0atp-{u:22}|", "|glsa_{w:32}_{h:8}|", "|glc_{b:100}|", "|NRAK-{A:27}|", "|pat{w:14}.{h:64}|", "|npm_{w:36}|", "//registry.npmjs.org/:_authToken=|{u:36}|", "|oy2{l:43}|", "|pypi-AgEIcHlwaS5vcmc{u:150}|",
        "|rubygems_{h:48}|", "|cio{w:32}|", "|dckr_pat_{u:27}|", "{ \"auths\": { \"r\": { \"auth\": \"|{b:40}|\" } } }", "-----BEGIN RSA PRIVATE KEY-----|\n{b:64}\n{b:64}\n{b:20}\n|-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----|\\n{b:64}\\n{b:64}\\n|-----END PRIVATE KEY-----", "-----BEGIN OPENSSH PRIVATE KEY-----|\n{b:64}\n{b:64}|", "|eyJ{w:30}.eyJ{u:100}.{u:43}|",
        "postgres://app:|{w:20}|@db.internal:5432/app", "amqp://svc:|{u:16}|@mq", "redis://:|{w:32}|@cache:6379", "Server=db;User Id=sa;Password=|{u:18}|;Encrypt=true", "curl -H 'Authorization: Bearer |{u:60}|'",
        "authorization: Basic |{b:40}|", "|AGE-SECRET-KEY-1{A:58}|",
    ];

    /// <returns>A line that carries a secret, and the secret.</returns>
    public static (string Line, string Secret) Make(Random random, string template)
    {
        var line = new StringBuilder();
        for (int i = 0; i < template.Length; i++)
        {
            int end = i + 3 < template.Length && template[i] == '{' && template[i + 2] == ':' ? template.IndexOf('}', i) : -1;
            if (end < 0)
            {
                line.Append(template[i]);
                continue;
            }

            line.Append(random.GetItems<char>(Sets[template[i + 1]], int.Parse(template.AsSpan(i + 3, end - i - 3), System.Globalization.CultureInfo.InvariantCulture)));
            i = end;
        }

        string[] parts = line.ToString().Split('|');
        return (string.Concat(parts), parts[1]);
    }
}
