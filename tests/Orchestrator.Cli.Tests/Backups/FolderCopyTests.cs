using Orchestrator.Cli.Backups;
using Orchestrator.Files;

namespace Orchestrator.Cli.Tests.Backups;

/// <summary>Folders that others write to while they are copied.</summary>
public sealed class FolderCopyTests
{
    private const int Copies = 200;

    [Fact]
    public async Task File_that_is_replaced_all_the_time_is_in_every_copy_and_whole()
    {
        string root = Directory.CreateTempSubdirectory("folder-copy-").FullName;
        try
        {
            string from = Path.Combine(root, "from");
            Directory.CreateDirectory(from);
            string path = Path.Combine(from, "setup.json");
            await File.WriteAllTextAsync(path, Text(0));
            int written = 0;
            using var isDone = new CancellationTokenSource();
            Task replacing = Task.Run(() =>
            {
                while (!isDone.IsCancellationRequested)
                {
                    WholeFile.Write(path, System.Text.Encoding.UTF8.GetBytes(Text(++written)));
                }
            });

            for (int number = 0; number < Copies; number++)
            {
                var copy = new FolderCopy(from, Path.Combine(root, $"copy-{number}"));
                await copy.CopyAsync((name, _) => name == "setup.json", CancellationToken.None);
                Assert.Equal("setup.json", Assert.Single(copy.Hashes).Key);
                string content = await File.ReadAllTextAsync(Path.Combine(root, $"copy-{number}", "setup.json"));
                Assert.Equal(Text(int.Parse(content.Split(' ')[0])), content);
            }

            await isDone.CancelAsync();
            await replacing;
            Assert.True(written > Copies, $"{written}");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static string Text(int number) => string.Join(' ', Enumerable.Repeat(number, 20_000));
}
