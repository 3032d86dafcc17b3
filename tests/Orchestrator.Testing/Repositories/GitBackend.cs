using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Orchestrator.Testing.Repositories;

/// <summary>Serves a bare repository by git's own program for that (CGI, RFC 3875).</summary>
/// <param name="folder">The bare repository.</param>
/// <param name="path">Where it is served.</param>
internal sealed class GitBackend(string folder, string path)
{
    public string Folder => folder;

    /// <returns>The branch's commit; null if it is not there.</returns>
    public string? Find(string branch)
    {
        using Process git = Process.Start(Begin(["--git-dir", folder, "for-each-ref", "--format=%(objectname)", $"refs/heads/{branch}"]))!;
        git.StandardInput.Close();
        string commit = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return commit.Length > 0 ? commit : null;
    }

    public async Task ServeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        ProcessStartInfo start = Begin(["-c", "safe.directory=*", "-c", "http.receivepack=true", "http-backend"]);
        start.Environment["GIT_PROJECT_ROOT"] = folder;
        start.Environment["GIT_HTTP_EXPORT_ALL"] = "1";
        start.Environment["PATH_INFO"] = request.Path.Value![path.Length..];
        start.Environment["REQUEST_METHOD"] = request.Method;
        start.Environment["QUERY_STRING"] = request.QueryString.Value?.TrimStart('?');
        start.Environment["CONTENT_TYPE"] = request.ContentType;
        start.Environment["CONTENT_LENGTH"] = body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["REMOTE_USER"] = "somebody";
        start.Environment["HTTP_CONTENT_ENCODING"] = request.Headers.ContentEncoding;
        start.Environment["GIT_PROTOCOL"] = request.Headers["Git-Protocol"];
        using Process git = Process.Start(start)!;
        Task writing = WriteAsync(git, body.ToArray());
        using var said = new MemoryStream();
        await git.StandardOutput.BaseStream.CopyToAsync(said);
        await writing;
        await git.WaitForExitAsync();
        await AnswerAsync(context.Response, said.ToArray());
    }

    private static async Task AnswerAsync(HttpResponse response, byte[] said)
    {
        int end = said.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (string[] header in Encoding.ASCII.GetString(said.AsSpan(0, end)).Split("\r\n").Select(line => line.Split(": ", 2)))
        {
            if (header[0] == "Status")
            {
                response.StatusCode = int.Parse(header[1][..3], System.Globalization.CultureInfo.InvariantCulture);
            }
            else
            {
                response.Headers[header[0]] = new StringValues(header[1]);
            }
        }

        await response.Body.WriteAsync(said.AsMemory(end + 4));
    }

    private static async Task WriteAsync(Process git, byte[] body)
    {
        await git.StandardInput.BaseStream.WriteAsync(body);
        git.StandardInput.Close();
    }

    private static ProcessStartInfo Begin(IEnumerable<string> arguments) => new("git", arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    };
}
