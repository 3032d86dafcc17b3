using System.Text;
using Orchestrator.Benchmarks.Product;

namespace Orchestrator.Benchmarks.Tests.Product;

public sealed class PacedModelTests
{
    [Fact]
    public async Task StepsOfEachRun_AndQuestionsAskedAgain_AreCounted()
    {
        await using PacedModel model = await PacedModel.StartAsync(CancellationToken.None);
        model.Gate.Open();
        using var client = new HttpClient();

        string planned = await AskAsync(client, model, "one", items: 1);
        await AskAsync(client, model, "two", items: 1);
        await AskAsync(client, model, "one", items: 3);
        await AskAsync(client, model, "one", items: 3);
        model.BeDone();
        string done = await AskAsync(client, model, "two", items: 3);

        Assert.Equal((2, 5, 1), (model.Runs, model.Answers, model.AskedAgain));
        Assert.Equal(2, model.Steps.Count);
        Assert.All(model.Steps, step => Assert.True(step.Ms > 0));
        Assert.Contains("update_plan", planned, StringComparison.Ordinal);
        Assert.DoesNotContain("update_plan", done, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(HttpClient client, PacedModel model, string run, int items)
    {
        string input = string.Join(',', Enumerable.Repeat("""{"role":"user","content":"Go on."}""", items));
        using var body = new StringContent($$"""{"prompt_cache_key":"{{run}}","input":[{{input}}]}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync(new Uri(model.BaseUrl + "/responses"), body);
        return await answer.Content.ReadAsStringAsync();
    }
}
