import type { Player, Stage } from '../../stage/stage.js';

/** After a refresh that brought nothing, the library may hold and send the tokens it had, or none: no others were issued. */
export async function expectSoundTokens(
  stage: Stage,
  player: Player,
  issued: string | undefined,
): Promise<void> {
  const tokens = await player.tokens();
  if (tokens && tokens.accessToken !== issued) stage.fail('holds an access token that nobody issued');
  const { sends } = await stage.server.seen();
  const isSound = (header: string | undefined): boolean => [undefined, `Bearer ${issued}`].includes(header);
  if (!sends.every(({ headers }) => isSound(headers['authorization'])))
    stage.fail('sends an access token that nobody issued');
}
