import type { Operation } from '../../contract/operation.ts';
import { operationGroups } from '../../contract/operations.ts';
import { listErrorCodes } from '../../base/errors.ts';
import { html, page, type Html } from '../pages/html.ts';
import { z } from 'zod';

/** The API reference as a page, from the same operations as the OpenAPI document. */
export function referencePage(version: string): string {
  return page(
    'API',
    html`<h1>API</h1>
      <p class="muted">
        Version ${version}. Also available as <a href="/api/openapi.json">an OpenAPI 3.1 document</a>.
        Authenticate with HTTP Basic: the ID of an API key and its secret. A POST accepts a form, a multipart
        body or JSON, with the same names.
      </p>
      ${operationGroups.map(
        ({ title, operations }) =>
          html`<h2>${title}</h2>
            ${operations.map(describe)}`,
      )}
      <h2>Errors</h2>
      <p>An error is <code>{"error", "code", "details", "request_id"}</code>, with one of these codes.</p>
      <div class="scroll">
        <table>
          <tr>
            <th>Code</th>
            <th>Status</th>
          </tr>
          ${listErrorCodes().map(
            ({ code, httpStatus }) =>
              html`<tr>
                <td><code>${code}</code></td>
                <td>${httpStatus}</td>
              </tr>`,
          )}
        </table>
      </div>`,
  );
}

function describe(operation: Operation): Html {
  const schema = z.toJSONSchema(operation.parameters, { io: 'input', unrepresentable: 'any' });
  const properties = Object.entries(schema.properties ?? {});
  const required = new Set(schema.required);
  return html`<h3 id="${operation.name}">${operation.name}</h3>
    <p class="endpoint">
      <code><span class="method">${operation.method}</span> ${operation.path}</code>
    </p>
    <p>${operation.summary} ${operation.description}</p>
    ${
      properties.length === 0
        ? null
        : html`<div class="scroll">
            <table>
              <tr>
                <th>Parameter</th>
                <th>Type</th>
                <th></th>
                <th></th>
              </tr>
              ${properties.map(([name, of]) => parameterRow(name, of, required.has(name)))}
              ${
                operation.takesFile
                  ? html`<tr>
                      <td><code>file</code></td>
                      <td>file</td>
                      <td>required</td>
                      <td>Exactly one file.</td>
                    </tr>`
                  : null
              }
            </table>
          </div>`
    }`;
}

function parameterRow(name: string, schema: unknown, isRequired: boolean): Html {
  const {
    type,
    description,
    enum: words,
  } = schema as { type?: string | string[]; description?: string; enum?: string[] };
  const shown = words?.join(' | ') ?? [type].flat().join(' | ');
  return html`<tr>
    <td><code>${name}</code></td>
    <td>${shown}</td>
    <td>${isRequired ? 'required' : ''}</td>
    <td>${description ?? ''}</td>
  </tr>`;
}
